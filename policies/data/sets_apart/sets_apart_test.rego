package data.sets_apart_test

import data.data.sets_apart
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	sets_apart == case.ruling with input as case.input
}
