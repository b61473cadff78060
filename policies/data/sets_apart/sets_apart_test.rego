package data.sets_apart_test

import data.data.sets_apart

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
	sets_apart.proven with input.bars as [cleared]
	not sets_apart.refuted with input.bars as [cleared]
	count(sets_apart.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	sets_apart.refuted with input.bars as [cleared, missed]
	not sets_apart.proven with input.bars as [cleared, missed]
	sets_apart.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not sets_apart.proven with input.bars as [cleared, astride]
	not sets_apart.refuted with input.bars as [cleared, astride]
	sets_apart.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0}
	not sets_apart.proven with input.bars as [cleared, missing]
	not sets_apart.refuted with input.bars as [cleared, missing]
	sets_apart.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not sets_apart.proven with input as nothing
		not sets_apart.refuted with input as nothing
	}
}
