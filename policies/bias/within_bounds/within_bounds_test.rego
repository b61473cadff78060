package bias.within_bounds_test

import data.bias.within_bounds
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	within_bounds == case.ruling with input as case.input
}

nobody := {"facts": {"bias": {"sets": {}, "nobody_concerned": "Pumps, not people."}}, "bars": []}

test_a_statement_that_nobody_is_concerned_proves if {
	within_bounds.proven with input as nobody
}

test_nothing_else_does[name] if {
	some name, wrong in {
		"no reason": {"sets": {}},
		"no text": {"sets": {}, "nobody_concerned": true},
		"groups": {"sets": {"holdout": {}}, "nobody_concerned": "Pumps."},
	}
	not within_bounds.proven with input as {"facts": {"bias": wrong}, "bars": []}
}

test_a_bar_counts_whatever_is_stated if {
	not within_bounds.proven with input as object.union(nobody, {"bars": [{"status": "missing"}]})
}
