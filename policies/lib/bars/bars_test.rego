package lib.bars_test

import data.lib.bars

at_least(low, high) := {"status": "measured", "direction": "at_least", "limit": 0.7, "low": low, "high": high}

at_most(low, high) := {"status": "measured", "direction": "at_most", "limit": 0.1, "low": low, "high": high}

test_cleared_from_the_limit_on if {
	bars.cleared(at_least(0.7, 0.9))
	bars.cleared(at_most(0, 0.1))
}

test_missed_only_beyond_the_limit if {
	bars.missed(at_least(0.5, 0.699))
	bars.missed(at_most(0.101, 0.2))
	not bars.missed(at_least(0.5, 0.7))
	not bars.missed(at_most(0.1, 0.2))
}

test_neither_astride_the_limit if {
	every bar in [at_least(0.6, 0.8), at_most(0.05, 0.15)] {
		not bars.cleared(bar)
		not bars.missed(bar)
	}
}

test_neither_without_two_numbers_in_order if {
	every bar in [at_least(0.9, 0.8), at_most(0.3, 0.2), {}] {
		not bars.cleared(bar)
		not bars.missed(bar)
	}
}

test_neither_if_anything_is_no_number if {
	every bar in [at_least(0.8, 0.9), at_least(0.1, 0.2), at_most(0, 0.05), at_most(0.2, 0.3)] {
		every name in ["low", "high", "limit"] {
			every wrong in [null, false, "", "0.8", [0.8], {}] {
				not bars.cleared(object.union(bar, {name: wrong}))
				not bars.missed(object.union(bar, {name: wrong}))
			}
		}
	}
}

test_neither_unless_measured if {
	every status in ["undefined", "missing", null] {
		not bars.cleared(object.union(at_least(0.8, 0.9), {"status": status}))
		not bars.missed(object.union(at_least(0.1, 0.2), {"status": status}))
		not bars.missed(object.union(at_most(0.2, 0.3), {"status": status}))
	}
}

measured(id, direction, limit, low, high) := {
	"id": id,
	"status": "measured",
	"direction": direction,
	"limit": limit,
	"low": low,
	"high": high,
}

cleared := [
	measured("high", "at_least", 0.7, 0.72, 0.8),
	measured("low", "at_most", 0.1, 0.01, 0.08),
	measured("none", "at_most", 0, 0, 0),
]

beside_cleared(bar) := {"bars": array.concat(cleared, [bar])}

# Inputs, and what a policy that takes its three rules from the library says about each; its own test asks the same.
cases := {
	"every bar is cleared": {
		"input": {"bars": cleared},
		"ruling": {"proven": true, "offenders": set()},
	},
	"a number is too low": {
		"input": beside_cleared(measured("too_low", "at_least", 0.7, 0.5, 0.6)),
		"ruling": {"refuted": true, "offenders": {"too_low"}},
	},
	"a number is too high": {
		"input": beside_cleared(measured("too_high", "at_most", 0.1, 0.2, 0.3)),
		"ruling": {"refuted": true, "offenders": {"too_high"}},
	},
	"a count is not 0": {
		"input": beside_cleared(measured("some", "at_most", 0, 3, 3)),
		"ruling": {"refuted": true, "offenders": {"some"}},
	},
	"an interval straddles its lower limit": {
		"input": beside_cleared(measured("astride", "at_least", 0.7, 0.65, 0.75)),
		"ruling": {"offenders": {"astride"}},
	},
	"an interval straddles its upper limit": {
		"input": beside_cleared(measured("astride", "at_most", 0.1, 0.05, 0.15)),
		"ruling": {"offenders": {"astride"}},
	},
	"a count is not known": {
		"input": beside_cleared(measured("open", "at_most", 0, 0, 1)),
		"ruling": {"offenders": {"open"}},
	},
	"a fact is missing": {
		"input": beside_cleared({"id": "missing", "status": "missing", "direction": "at_least", "limit": 0.7}),
		"ruling": {"offenders": {"missing"}},
	},
	"a fact is undefined": {
		"input": beside_cleared({"id": "undefined", "status": "undefined", "direction": "at_most", "limit": 0}),
		"ruling": {"offenders": {"undefined"}},
	},
	"a bar is missed beside a missing fact": {
		"input": {"bars": [{"id": "missing", "status": "missing"}, measured("some", "at_most", 0, 3, 3)]},
		"ruling": {"refuted": true, "offenders": {"missing", "some"}},
	},
	"there is no input": {"input": {}, "ruling": {"offenders": set()}},
	"there are no bars": {"input": {"bars": []}, "ruling": {"offenders": set()}},
	"the bars are null": {"input": {"bars": null}, "ruling": {"offenders": set()}},
	"the bars are an object, all cleared": {
		"input": {"bars": {"only": cleared[0]}},
		"ruling": {"offenders": set()},
	},
	"the bars are an object, one missed": {
		"input": {"bars": {"only": measured("some", "at_most", 0, 3, 3)}},
		"ruling": {"offenders": set()},
	},
}

rule_of := {"all_cleared": "proven", "any_missed": "refuted", "uncleared": "offenders"}

test_rules_on_all_bars[name] if {
	some name, case in cases
	ruling := {rule_of[rule]: value | some rule, value in bars} with input as case.input
	ruling == case.ruling
}
