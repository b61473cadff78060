package data.no_leakage_test

import data.data.no_leakage
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	object.remove(no_leakage, {"reasons"}) == case.ruling with input as case.input
}

strength(low, high) := object.union(
	bars_test.measured("strongest", "at_most", 0.95, low, high),
	{"subject": {"finding": "leakage"}},
)

leaks(found) := bars_test.measured("leaks", "at_most", 0, found, found)

strong := {"train": {"proven": [], "suspected": [], "by_column": {
	"answered": {"strength": {"kind": "estimate", "value": 0.99, "low": 0.97, "high": 1}},
	"amount": {"strength": {"kind": "estimate", "value": 0.75, "low": 0.7, "high": 0.8}},
	"nothing": {"strength": {"kind": "undefined"}},
}}}

given := {"train": {
	"proven": [
		{"columns": ["flag"], "rule": "recoding", "sentence": "`flag` says the label."},
		{"columns": ["code"], "rule": "recoding", "sentence": "`code` says the label.", "exempt": "it is known before"},
	],
	"suspected": [{"columns": ["gap"], "rule": "pure_value", "sentence": "`gap` has a value."}],
	"by_column": {"flag": {"strength": {"kind": "estimate", "value": 1, "low": 0.99, "high": 1}}},
}}

test_what_gives_the_label_away_is_told if {
	found := {"bars": [leaks(1)], "facts": {"data_hygiene": {"leakage": given}}}
	no_leakage.refuted with input as found
	no_leakage.reasons == {
		"`flag` says the label.",
		"Exempt, because it is known before: `code` says the label.",
		"Worth a look: `gap` has a value.",
	} with input as found
}

test_a_strong_column_is_told_and_closes_nothing if {
	found := {"bars": [leaks(0)], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.proven with input as found
	no_leakage.reasons == {"Worth a look: the column `answered` of train alone predicts the label."} with input as found
}

test_a_bar_on_the_strength_closes if {
	found := {"bars": [leaks(0), strength(0.97, 1)], "facts": {"data_hygiene": {"leakage": strong}}}
	no_leakage.refuted with input as found
	no_leakage.reasons == {
		"The column `answered` of train alone predicts the label.",
		"Worth a look: the column `answered` of train alone predicts the label.",
	} with input as found
}

test_no_column_is_named_where_none_is_at_fault if {
	weak := json.patch(strong, [{"op": "remove", "path": "train/by_column/answered"}])
	found := {"bars": [leaks(0), strength(0.7, 0.8)], "facts": {"data_hygiene": {"leakage": weak}}}
	no_leakage.proven with input as found
	count(no_leakage.reasons) == 0 with input as found
}

test_the_column_that_may_predict_is_named if {
	few := {"train": {"proven": [], "suspected": [], "by_column": {
		"answered": {"strength": {"kind": "estimate", "value": 1, "low": 0.89, "high": 1}},
		"amount": {"strength": {"kind": "estimate", "value": 0.9, "low": 0.8, "high": 0.96}},
		"nothing": {"strength": {"kind": "undefined"}},
	}}}
	found := {"bars": [leaks(0), strength(0.89, 1)], "facts": {"data_hygiene": {"leakage": few}}}
	not no_leakage.proven with input as found
	not no_leakage.refuted with input as found
	no_leakage.reasons == {"The column `answered` of train alone seems to predict the label."} with input as found
}
