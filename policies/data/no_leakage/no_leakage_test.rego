package data.no_leakage_test

import data.data.no_leakage
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	object.remove(no_leakage, {"reasons"}) == case.ruling with input as case.input
}

strongest(low, high) := bars_test.measured("strongest", "at_most", 0.95, low, high)

strong := {"train": {"by_column": {
	"answered": {"strength": {"kind": "estimate", "low": 0.97, "high": 1}},
	"amount": {"strength": {"kind": "estimate", "low": 0.7, "high": 0.8}},
	"nothing": {"strength": {"kind": "undefined"}},
}}}

test_the_columns_that_predict_are_named if {
	found := {"bars": [strongest(0.97, 1)], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.refuted with input as found
	no_leakage.reasons == {"The column `answered` of train alone predicts the label."} with input as found
}

test_no_column_is_named_where_none_is_at_fault if {
	found := {"bars": [strongest(0.7, 0.8)], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.proven with input as found
	count(no_leakage.reasons) == 0 with input as found
}

test_the_column_that_may_predict_is_named if {
	few := {"train": {"by_column": {
		"answered": {"strength": {"kind": "estimate", "value": 1, "low": 0.89, "high": 1}},
		"amount": {"strength": {"kind": "estimate", "value": 0.9, "low": 0.8, "high": 0.96}},
		"nothing": {"strength": {"kind": "undefined"}},
	}}}
	found := {"bars": [strongest(0.89, 1)], "facts": {"data_hygiene": {"leakage": few}}}
	not no_leakage.proven with input as found
	not no_leakage.refuted with input as found
	no_leakage.reasons == {"The column `answered` of train alone seems to predict the label."} with input as found
}
