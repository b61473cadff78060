package governance.owner_named_test

import data.governance.owner_named

facts(value) := {"facts": {"governance": {"owner_named": value}}}

test_proven_if_true if {
	owner_named.proven with input as facts(true)
	not owner_named.refuted with input as facts(true)
	count(owner_named.reasons) == 0 with input as facts(true)
}

test_refuted_if_false if {
	owner_named.refuted with input as facts(false)
	not owner_named.proven with input as facts(false)
	count(owner_named.reasons) == 1 with input as facts(false)
}

test_neither_for_anything_else if {
	every value in [null, 1, 0, "true", "", [true], {"owner_named": true}] {
		not owner_named.proven with input as facts(value)
		not owner_named.refuted with input as facts(value)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"governance": {}}}] {
		not owner_named.proven with input as nothing
		not owner_named.refuted with input as nothing
	}
}
