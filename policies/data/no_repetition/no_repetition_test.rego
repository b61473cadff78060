package data.no_repetition_test

import data.data.no_repetition
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	no_repetition == case.ruling with input as case.input
}
