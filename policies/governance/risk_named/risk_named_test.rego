package governance.risk_named_test

import data.governance.risk_named

facts(value) := {"facts": {"governance": {"risk_named": value}}}

test_proven_if_true if {
	risk_named.proven with input as facts(true)
	not risk_named.refuted with input as facts(true)
	count(risk_named.reasons) == 0 with input as facts(true)
}

test_refuted_if_false if {
	risk_named.refuted with input as facts(false)
	not risk_named.proven with input as facts(false)
	count(risk_named.reasons) == 1 with input as facts(false)
}

test_neither_for_anything_else if {
	every value in [null, 1, 0, "true", "", [true], {"risk_named": true}] {
		not risk_named.proven with input as facts(value)
		not risk_named.refuted with input as facts(value)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"governance": {}}}] {
		not risk_named.proven with input as nothing
		not risk_named.refuted with input as nothing
	}
}
