package lib.approvals_test

import data.lib.approvals

expert := {"role": "domain_expert", "person": "#2", "id": 2, "login": "ada"}

engineer := {"role": "ml_engineer", "person": "#3", "id": 3, "login": "grace"}

approved := {
	"satisfied": true,
	"blocked": false,
	"doubtful": false,
	"filled": [expert, engineer],
	"unfilled": [],
}

test_given_by_two_people_in_two_roles if {
	approvals.given with input.facts.approvals as approved
	not approvals.refused with input.facts.approvals as approved
	count(approvals.unfilled) == 0 with input.facts.approvals as approved
}

test_refused_if_a_role_is_not_filled if {
	lacking := object.union(approved, {"satisfied": false, "filled": [expert], "unfilled": ["ml_engineer", 3]})
	approvals.refused with input.facts.approvals as lacking
	not approvals.given with input.facts.approvals as lacking
	approvals.unfilled == {"ml_engineer"} with input.facts.approvals as lacking
}

test_refused_if_something_blocks if {
	every doubtful in [true, false] {
		blocked := object.union(approved, {"blocked": true, "doubtful": doubtful})
		approvals.refused with input.facts.approvals as blocked
		not approvals.given with input.facts.approvals as blocked
	}
}

test_neither_in_doubt if {
	every satisfied in [true, false] {
		doubtful := object.union(approved, {"doubtful": true, "satisfied": satisfied})
		not approvals.given with input.facts.approvals as doubtful
		not approvals.refused with input.facts.approvals as doubtful
	}
}

# One person, account or role twice is one.
test_one_is_never_two if {
	every same in [{"person": "#2"}, {"id": 2}, {"role": "domain_expert"}] {
		filled := [expert, object.union(engineer, same)]
		not approvals.given with input.facts.approvals as object.union(approved, {"filled": filled})
	}
}

test_wrong_types_are_neither if {
	every wrong in [null, "true", "false", 1, 0, [true], {}] {
		every name in ["satisfied", "blocked", "doubtful", "filled"] {
			not approvals.given with input.facts.approvals as object.union(approved, {name: wrong})
			not approvals.refused with input.facts.approvals as object.union(approved, {name: wrong})
		}
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"approvals": {}}}, {"facts": {"approvals": null}}] {
		not approvals.given with input as nothing
		not approvals.refused with input as nothing
	}
}
