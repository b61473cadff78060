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
	every bar in [at_least("0.8", 0.9), at_least(0.8, null), at_most(false, 0.05), at_least(0.9, 0.8), {}] {
		not bars.cleared(bar)
		not bars.missed(bar)
	}
}

test_neither_unless_measured if {
	every status in ["undefined", "missing", null] {
		not bars.cleared(object.union(at_least(0.8, 0.9), {"status": status}))
		not bars.missed(object.union(at_least(0.1, 0.2), {"status": status}))
	}
}
