package bias.within_bounds_test

import data.bias.within_bounds
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	within_bounds == case.ruling with input as case.input
}
