package data.no_leakage_test

import data.data.no_leakage

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_most",
	"limit": 0,
	"low": low,
	"high": high,
}

cleared := bar("cleared", 0, 0)

missed := bar("missed", 3, 3)

astride := bar("astride", 0, 2)

test_proven_by_cleared_bars if {
	no_leakage.proven with input.bars as [cleared]
	not no_leakage.refuted with input.bars as [cleared]
	count(no_leakage.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	no_leakage.refuted with input.bars as [cleared, missed]
	not no_leakage.proven with input.bars as [cleared, missed]
	no_leakage.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not no_leakage.proven with input.bars as [cleared, astride]
	not no_leakage.refuted with input.bars as [cleared, astride]
	no_leakage.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0}
	not no_leakage.proven with input.bars as [cleared, missing]
	not no_leakage.refuted with input.bars as [cleared, missing]
	no_leakage.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not no_leakage.proven with input as nothing
		not no_leakage.refuted with input as nothing
	}
}

strong := {"train": {"by_column": {
	"answered": {"strength": {"kind": "estimate", "low": 0.97, "high": 1}},
	"amount": {"strength": {"kind": "estimate", "low": 0.7, "high": 0.8}},
	"nothing": {"strength": {"kind": "undefined"}},
}}}

test_the_columns_that_predict_are_named if {
	strongest := object.union(bar("strongest", 0.97, 1), {"limit": 0.95})
	found := {"bars": [strongest], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.refuted with input as found
	no_leakage.reasons == {"The column `answered` of train alone predicts the label."} with input as found
}

test_no_column_is_named_where_none_is_at_fault if {
	strongest := object.union(bar("strongest", 0.7, 0.8), {"limit": 0.95})
	found := {"bars": [strongest], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.proven with input as found
	count(no_leakage.reasons) == 0 with input as found
}

test_the_column_that_may_predict_is_named if {
	few := {"train": {"by_column": {
		"answered": {"strength": {"kind": "estimate", "value": 1, "low": 0.89, "high": 1}},
		"amount": {"strength": {"kind": "estimate", "value": 0.9, "low": 0.8, "high": 0.96}},
		"nothing": {"strength": {"kind": "undefined"}},
	}}}
	strongest := object.union(bar("strongest", 0.89, 1), {"limit": 0.95})
	found := {"bars": [strongest], "facts": {"data_hygiene": {"leakage": few}}}
	not no_leakage.proven with input as found
	not no_leakage.refuted with input as found
	no_leakage.reasons == {"The column `answered` of train alone seems to predict the label."} with input as found
}
