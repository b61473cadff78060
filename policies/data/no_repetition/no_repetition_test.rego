package data.no_repetition_test

import data.data.no_repetition

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
	no_repetition.proven with input.bars as [cleared]
	not no_repetition.refuted with input.bars as [cleared]
	count(no_repetition.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	no_repetition.refuted with input.bars as [cleared, missed]
	not no_repetition.proven with input.bars as [cleared, missed]
	no_repetition.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not no_repetition.proven with input.bars as [cleared, astride]
	not no_repetition.refuted with input.bars as [cleared, astride]
	no_repetition.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0}
	not no_repetition.proven with input.bars as [cleared, missing]
	not no_repetition.refuted with input.bars as [cleared, missing]
	no_repetition.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not no_repetition.proven with input as nothing
		not no_repetition.refuted with input as nothing
	}
}
