package data.labels_in_view_test

import data.data.labels_in_view
import data.lib.label_leakage_test

nothing := label_leakage_test.nothing

test_proven_if_nothing_was_found if {
	labels_in_view.proven with input as label_leakage_test.facts(nothing)
	not labels_in_view.refuted with input as label_leakage_test.facts(nothing)
}

test_refuted_with_what_was_found if {
	given := label_leakage_test.facts(object.union(nothing, {"found": 1, "copied": ["holdout: Approve"]}))
	labels_in_view.refuted with input as given
	not labels_in_view.proven with input as given
	labels_in_view.offenders == {"holdout: Approve"} with input as given
	labels_in_view.reasons == {"A feature repeats the label: holdout: Approve."} with input as given
}

test_neither_without_facts if {
	not labels_in_view.proven with input as {}
	not labels_in_view.refuted with input as {}
}
