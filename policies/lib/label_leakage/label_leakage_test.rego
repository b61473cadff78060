package lib.label_leakage_test

import data.lib.label_leakage

nothing := {
	"found": 0,
	"named_alike": [],
	"copied": [],
	"answered": [],
	"same_data": [],
	"shared_rows": [],
	"uncompared": [],
	"alike": [],
}

facts(found) := {"facts": {"label_leakage": found}}

test_absent_if_every_list_is_empty if {
	label_leakage.absent with input as facts(nothing)
	not label_leakage.present with input as facts(nothing)
	count(label_leakage.sentences) == 0 with input as facts(nothing)
}

test_present_if_a_list_is_not if {
	every kind in label_leakage.kinds {
		given := facts(object.union(nothing, {"found": 1, kind: ["holdout: Approve"]}))
		label_leakage.present with input as given
		not label_leakage.absent with input as given
		label_leakage.findings == {"holdout: Approve"} with input as given
		count(label_leakage.sentences) == 1 with input as given
	}
}

test_neither_if_a_training_set_could_not_be_compared if {
	given := facts(object.union(nothing, {"uncompared": ["train and holdout"]}))
	not label_leakage.absent with input as given
	not label_leakage.present with input as given
	told := "train and holdout have no column, known in nearly all rows, to compare their rows by."
	label_leakage.sentences == {told} with input as given
}

test_rows_that_are_alike_are_told if {
	given := facts(object.union(nothing, {"alike": ["train and holdout"]}))
	label_leakage.absent with input as given
	told := "The rows of train and holdout are too much alike to tell a copied row from another."
	label_leakage.sentences == {told} with input as given
}

test_neither_if_number_and_lists_differ if {
	not label_leakage.absent with input as facts(object.union(nothing, {"copied": ["a"]}))
	not label_leakage.present with input as facts(object.union(nothing, {"copied": ["a"]}))
	not label_leakage.present with input as facts(object.union(nothing, {"found": 1}))
	not label_leakage.absent with input as facts(object.union(nothing, {"found": 1}))
}

test_neither_for_missing_or_wrong_facts if {
	every given in [{}, {"facts": {}}, {"facts": {"label_leakage": {}}}, facts({"found": 0}), facts({"found": "0"})] {
		not label_leakage.absent with input as given
		not label_leakage.present with input as given
	}
	every kind in label_leakage.kinds | {"uncompared"} {
		every wrong in [null, "", {}, 0] {
			not label_leakage.absent with input as facts(object.union(nothing, {kind: wrong}))
		}
	}
}
