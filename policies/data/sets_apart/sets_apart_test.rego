package data.sets_apart_test

import data.data.sets_apart
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	object.remove(sets_apart, {"reasons"}) == case.ruling with input as case.input
}

test_what_is_told_is_a_reason if {
	told := {"holdout": {"rows": {"told": "3 rows are also in train."}}, "test": {"rows": {}}}
	sets_apart.reasons == {"holdout: 3 rows are also in train."} with input.facts.data_hygiene.apart as told
}

test_what_is_told_of_groups_is_a_reason if {
	told := {"holdout": {"rows": {}, "groups": {"declared": true, "told": "3 rows share a group."}}}
	sets_apart.reasons == {"holdout: 3 rows share a group."} with input.facts.data_hygiene.apart as told
}
