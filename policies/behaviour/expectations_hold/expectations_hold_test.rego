package behaviour.expectations_hold_test

import data.behaviour.expectations_hold

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_least",
	"limit": 0.95,
	"low": low,
	"high": high,
}

cleared := bar("cleared", 0.97, 0.99)

missed := bar("missed", 0.8, 0.9)

astride := bar("astride", 0.9, 0.97)

test_proven_by_cleared_bars if {
	expectations_hold.proven with input.bars as [cleared]
	not expectations_hold.refuted with input.bars as [cleared]
	count(expectations_hold.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	expectations_hold.refuted with input.bars as [cleared, missed]
	not expectations_hold.proven with input.bars as [cleared, missed]
	expectations_hold.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not expectations_hold.proven with input.bars as [cleared, astride]
	not expectations_hold.refuted with input.bars as [cleared, astride]
	expectations_hold.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_least", "limit": 0.95}
	not expectations_hold.proven with input.bars as [cleared, missing]
	not expectations_hold.refuted with input.bars as [cleared, missing]
	expectations_hold.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not expectations_hold.proven with input as nothing
		not expectations_hold.refuted with input as nothing
	}
}
