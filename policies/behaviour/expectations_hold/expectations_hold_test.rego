package behaviour.expectations_hold_test

import data.behaviour.expectations_hold
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	expectations_hold == case.ruling with input as case.input
}
