package data.contract_holds_test

import data.data.contract_holds
import data.lib.bars_test

test_rules_on_its_bars[name] if {
	some name, case in bars_test.cases
	contract_holds == case.ruling with input as case.input
}
