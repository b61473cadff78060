package bias.within_bounds_test

import data.bias.within_bounds

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_most",
	"limit": 0.1,
	"low": low,
	"high": high,
}

cleared := bar("cleared", 0.01, 0.08)

missed := bar("missed", 0.2, 0.3)

astride := bar("astride", 0.05, 0.15)

test_proven_by_cleared_bars if {
	within_bounds.proven with input.bars as [cleared]
	not within_bounds.refuted with input.bars as [cleared]
	count(within_bounds.offenders) == 0 with input.bars as [cleared]
}

test_refuted_by_a_missed_bar if {
	within_bounds.refuted with input.bars as [cleared, missed]
	not within_bounds.proven with input.bars as [cleared, missed]
	within_bounds.offenders == {"missed"} with input.bars as [cleared, missed]
}

test_neither_astride_a_bar if {
	not within_bounds.proven with input.bars as [cleared, astride]
	not within_bounds.refuted with input.bars as [cleared, astride]
	within_bounds.offenders == {"astride"} with input.bars as [cleared, astride]
}

test_neither_for_missing_facts if {
	missing := {"id": "missing", "status": "missing", "direction": "at_most", "limit": 0.1}
	not within_bounds.proven with input.bars as [cleared, missing]
	not within_bounds.refuted with input.bars as [cleared, missing]
	within_bounds.offenders == {"missing"} with input.bars as [cleared, missing]
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": cleared}}] {
		not within_bounds.proven with input as nothing
		not within_bounds.refuted with input as nothing
	}
}
