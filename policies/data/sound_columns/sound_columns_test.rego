package data.sound_columns_test

import data.data.sound_columns
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	object.remove(sound_columns, {"reasons"}) == case.ruling with input as case.input
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
		"Columns of holdout with more or fewer missing values: e.",
	} with input as found
}

test_no_column_is_named_where_none_is_at_fault if {
	found := {"facts": {"data_hygiene": {
		"columns": {"train": {"constant": nothing, "mixed": nothing}},
		"alike": {"holdout": {"categories": nothing, "missingness": nothing}},
	}}}
	count(sound_columns.reasons) == 0 with input as found
}
