package governance.first_manifest_test

import data.governance.first_manifest

expert := {"role": "domain_expert", "person": "#2", "id": 2, "login": "ada"}

engineer := {"role": "ml_engineer", "person": "#3", "id": 3, "login": "grace"}

approved := {
	"satisfied": true,
	"blocked": false,
	"doubtful": false,
	"filled": [expert, engineer],
	"unfilled": [],
}

test_proven_by_both_roles if {
	first_manifest.proven with input.facts.approvals as approved
	not first_manifest.refuted with input.facts.approvals as approved
	count(first_manifest.offenders) == 0 with input.facts.approvals as approved
	count(first_manifest.reasons) == 0 with input.facts.approvals as approved
}

test_refuted_if_a_role_is_not_filled if {
	lacking := object.union(approved, {"satisfied": false, "filled": [expert], "unfilled": ["ml_engineer"]})
	first_manifest.refuted with input.facts.approvals as lacking
	not first_manifest.proven with input.facts.approvals as lacking
	first_manifest.offenders == {"ml_engineer"} with input.facts.approvals as lacking
	count(first_manifest.reasons) == 1 with input.facts.approvals as lacking
}

test_refuted_if_something_blocks if {
	blocked := object.union(approved, {"blocked": true})
	first_manifest.refuted with input.facts.approvals as blocked
	not first_manifest.proven with input.facts.approvals as blocked
}

test_neither_in_doubt if {
	every satisfied in [true, false] {
		doubtful := object.union(approved, {"doubtful": true, "satisfied": satisfied})
		not first_manifest.proven with input.facts.approvals as doubtful
		not first_manifest.refuted with input.facts.approvals as doubtful
	}
}

# A first manifest could ask for one role only, or name one person in both.
test_one_role_or_one_person_is_not_both if {
	same_role := [expert, object.union(engineer, {"role": "domain_expert"})]
	same_person := [expert, object.union(engineer, {"person": "#2"})]
	every filled in [[], [expert], [expert, expert], same_role, same_person] {
		not first_manifest.proven with input.facts.approvals as object.union(approved, {"filled": filled})
	}
}

test_people_and_roles_without_a_name_do_not_count if {
	every wrong in [null, "", 3, [], {}] {
		every name in ["person", "role"] {
			nameless := [expert, object.union(engineer, {name: wrong})]
			not first_manifest.proven with input.facts.approvals as object.union(approved, {"filled": nameless})
		}
	}
}

test_wrong_types_prove_nothing if {
	every wrong in [null, "true", "false", 1, 0, [true], {}] {
		every name in ["satisfied", "blocked", "doubtful", "filled"] {
			not first_manifest.proven with input.facts.approvals as object.union(approved, {name: wrong})
			not first_manifest.refuted with input.facts.approvals as object.union(approved, {name: wrong})
		}
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"approvals": {}}}, {"facts": {"approvals": null}}] {
		not first_manifest.proven with input as nothing
		not first_manifest.refuted with input as nothing
	}
}
