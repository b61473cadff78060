package quality.clears_bars_test

import data.lib.bars_test
import data.quality.clears_bars

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	clears_bars == case.ruling with input as case.input
}
