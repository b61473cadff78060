package governance.two_people_test

import data.governance.two_people

expert := {"role": "domain_expert", "person": "#2", "id": 2, "login": "ada"}

engineer := {"role": "ml_engineer", "person": "#3", "id": 3, "login": "grace"}

approved := {
	"satisfied": true,
	"blocked": false,
	"doubtful": false,
	"filled": [expert, engineer],
	"unfilled": [],
}

# The four outcomes: pass, fail, inconclusive, not evaluated.
test_proven_by_two_people_in_two_roles if {
	two_people.proven with input.facts.approvals as approved
	not two_people.refuted with input.facts.approvals as approved
	count(two_people.offenders) == 0 with input.facts.approvals as approved
	count(two_people.reasons) == 0 with input.facts.approvals as approved
}

test_refuted_if_an_approval_is_missing if {
	lacking := object.union(approved, {"satisfied": false, "filled": [expert], "unfilled": ["ml_engineer"]})
	two_people.refuted with input.facts.approvals as lacking
	not two_people.proven with input.facts.approvals as lacking
	two_people.offenders == {"ml_engineer"} with input.facts.approvals as lacking
	count(two_people.reasons) == 1 with input.facts.approvals as lacking
}

test_refuted_if_something_blocks if {
	every doubtful in [true, false] {
		blocked := object.union(approved, {"blocked": true, "doubtful": doubtful})
		two_people.refuted with input.facts.approvals as blocked
		not two_people.proven with input.facts.approvals as blocked
		count(two_people.reasons) > 0 with input.facts.approvals as blocked
	}
}

test_neither_in_doubt if {
	every satisfied in [true, false] {
		doubtful := object.union(approved, {"doubtful": true, "satisfied": satisfied})
		not two_people.proven with input.facts.approvals as doubtful
		not two_people.refuted with input.facts.approvals as doubtful
		count(two_people.reasons) > 0 with input.facts.approvals as doubtful
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"approvals": {}}}, {"facts": {"approvals": null}}] {
		not two_people.proven with input as nothing
		not two_people.refuted with input as nothing
	}
}

# One person in both roles is one person (B6), and so is one with two accounts (B7) or one account named twice.
test_one_person_is_never_two if {
	two_accounts := [expert, object.union(engineer, {"person": "#2"})]
	one_account := [expert, object.union(engineer, {"id": 2})]
	every filled in [[], [expert], [expert, expert], two_accounts, one_account] {
		not two_people.proven with input.facts.approvals as object.union(approved, {"filled": filled})
	}
}

test_wrong_types_prove_nothing if {
	every wrong in [null, "true", "false", 1, 0, [true], {}] {
		every name in ["satisfied", "blocked", "doubtful", "filled"] {
			not two_people.proven with input.facts.approvals as object.union(approved, {name: wrong})
			not two_people.refuted with input.facts.approvals as object.union(approved, {name: wrong})
		}
	}
}

test_people_without_a_name_or_an_id_do_not_count if {
	every wrong in [null, "", 3, [], {}] {
		nameless := [expert, object.union(engineer, {"person": wrong})]
		not two_people.proven with input.facts.approvals as object.union(approved, {"filled": nameless})
	}
	every wrong in [null, "", "3", [], {}] {
		numberless := [expert, object.union(engineer, {"id": wrong})]
		not two_people.proven with input.facts.approvals as object.union(approved, {"filled": numberless})
	}
}
