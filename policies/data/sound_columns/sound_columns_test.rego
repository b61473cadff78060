package data.sound_columns_test

import data.data.sound_columns

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
	sound_columns.proven with input.bars as [cleared]
	not sound_columns.refuted with input.bars as [cleared]
	count(sound_columns.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	sound_columns.refuted with input.bars as [cleared, missed]
	not sound_columns.proven with input.bars as [cleared, missed]
	sound_columns.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not sound_columns.proven with input.bars as [cleared, astride]
	not sound_columns.refuted with input.bars as [cleared, astride]
	sound_columns.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0}
	not sound_columns.proven with input.bars as [cleared, missing]
	not sound_columns.refuted with input.bars as [cleared, missing]
	sound_columns.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not sound_columns.proven with input as nothing
		not sound_columns.refuted with input as nothing
	}
}

nothing := {"names": []}

test_the_columns_at_fault_are_named if {
	found := {"facts": {"data_hygiene": {
		"columns": {"train": {"constant": {"names": ["a", "b"]}, "mixed": {"names": ["c"]}}},
		"alike": {"holdout": {"categories": {"names": ["d"]}, "missingness": {"names": ["e"]}}},
	}}}
	sound_columns.reasons == {
		"Columns of train with one value only: a, b.",
		"Columns of train with numbers among words: c.",
		"Columns of holdout with new categories: d.",
		"Columns of holdout that lack values differently: e.",
	} with input as found
}

test_no_column_is_named_where_none_is_at_fault if {
	found := {"facts": {"data_hygiene": {
		"columns": {"train": {"constant": nothing, "mixed": nothing}},
		"alike": {"holdout": {"categories": nothing, "missingness": nothing}},
	}}}
	count(sound_columns.reasons) == 0 with input as found
}
