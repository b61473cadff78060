package drift.stable_test

import data.drift.stable
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	stable == case.ruling with input as case.input
}
