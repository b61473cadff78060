package quality.clears_bars_test

import data.quality.clears_bars

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_least",
	"limit": 0.7,
	"low": low,
	"high": high,
}

cleared := bar("cleared", 0.72, 0.8)

missed := bar("missed", 0.5, 0.6)

astride := bar("astride", 0.65, 0.75)

test_proven_by_cleared_bars if {
	clears_bars.proven with input.bars as [cleared]
	not clears_bars.refuted with input.bars as [cleared]
	count(clears_bars.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	clears_bars.refuted with input.bars as [cleared, missed]
	not clears_bars.proven with input.bars as [cleared, missed]
	clears_bars.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not clears_bars.proven with input.bars as [cleared, astride]
	not clears_bars.refuted with input.bars as [cleared, astride]
	clears_bars.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_least", "limit": 0.7}
	not clears_bars.proven with input.bars as [cleared, missing]
	not clears_bars.refuted with input.bars as [cleared, missing]
	clears_bars.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not clears_bars.proven with input as nothing
		not clears_bars.refuted with input as nothing
	}
}
