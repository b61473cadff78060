package governance.intended_use_stated_test

import data.governance.intended_use_stated

facts(value) := {"facts": {"governance": {"intended_use_stated": value}}}

test_proven_if_true if {
	intended_use_stated.proven with input as facts(true)
	not intended_use_stated.refuted with input as facts(true)
	count(intended_use_stated.reasons) == 0 with input as facts(true)
}

test_refuted_if_false if {
	intended_use_stated.refuted with input as facts(false)
	not intended_use_stated.proven with input as facts(false)
	count(intended_use_stated.reasons) == 1 with input as facts(false)
}

test_neither_for_anything_else if {
	every value in [null, 1, 0, "true", "", [true], {"intended_use_stated": true}] {
		not intended_use_stated.proven with input as facts(value)
		not intended_use_stated.refuted with input as facts(value)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"governance": {}}}] {
		not intended_use_stated.proven with input as nothing
		not intended_use_stated.refuted with input as nothing
	}
}
