package data.contract_holds_test

import data.data.contract_holds

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_most",
	"limit": 0,
	"low": low,
	"high": high,
}

cleared := bar("cleared", 0, 0)

missed := bar("missed", 3, 3)

astride := bar("astride", 0, 2)

test_proven_by_cleared_bars if {
	contract_holds.proven with input.bars as [cleared]
	not contract_holds.refuted with input.bars as [cleared]
	count(contract_holds.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	contract_holds.refuted with input.bars as [cleared, missed]
	not contract_holds.proven with input.bars as [cleared, missed]
	contract_holds.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not contract_holds.proven with input.bars as [cleared, astride]
	not contract_holds.refuted with input.bars as [cleared, astride]
	contract_holds.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0}
	not contract_holds.proven with input.bars as [cleared, missing]
	not contract_holds.refuted with input.bars as [cleared, missing]
	contract_holds.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not contract_holds.proven with input as nothing
		not contract_holds.refuted with input as nothing
	}
}
