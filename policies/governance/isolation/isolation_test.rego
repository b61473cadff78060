package governance.isolation_test

import data.governance.isolation

facts(answered, shut_in) := {"facts": {"model_isolation": {"answered": answered, "shut_in": shut_in}}}

test_proven_if_the_model_was_shut_in if {
	isolation.proven with input as facts(true, true)
	not isolation.refuted with input as facts(true, true)
	count(isolation.reasons) == 0 with input as facts(true, true)
}

test_proven_if_no_model_was_asked if {
	every shut_in in [true, false] {
		isolation.proven with input as facts(false, shut_in)
		not isolation.refuted with input as facts(false, shut_in)
	}
}

test_refuted_if_it_could_look_around if {
	isolation.refuted with input as facts(true, false)
	not isolation.proven with input as facts(true, false)
	count(isolation.reasons) == 1 with input as facts(true, false)
}

test_neither_for_anything_else if {
	every wrong in [null, 1, "true", [true], {}] {
		not isolation.proven with input as facts(true, wrong)
		not isolation.refuted with input as facts(true, wrong)
		not isolation.proven with input as facts(wrong, true)
		not isolation.refuted with input as facts(wrong, false)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"model_isolation": {}}}] {
		not isolation.proven with input as nothing
		not isolation.refuted with input as nothing
	}
}
