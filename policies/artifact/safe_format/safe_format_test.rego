package artifact.safe_format_test

import data.artifact.safe_format

executes(what) := {"facts": {"artifact": {"executes": what}}}

test_proven_for_known_code if {
	every what in ["nothing", "known_types", "listed_names", "repository_code"] {
		safe_format.proven with input as executes(what)
		not safe_format.refuted with input as executes(what)
		count(safe_format.reasons) == 0 with input as executes(what)
	}
}

test_refuted_for_unknown_code if {
	every what in ["unknown_types", "arbitrary_code"] {
		safe_format.refuted with input as executes(what)
		not safe_format.proven with input as executes(what)
		count(safe_format.reasons) == 1 with input as executes(what)
	}
}

test_neither_for_anything_else if {
	every what in ["", "Nothing", "unheard_of", null, true, 0, ["nothing"], {"nothing": true}] {
		not safe_format.proven with input as executes(what)
		not safe_format.refuted with input as executes(what)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"artifact": {}}}] {
		not safe_format.proven with input as nothing
		not safe_format.refuted with input as nothing
	}
}
