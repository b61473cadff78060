package drift.stable_test

import data.drift.stable

bar(id, low, high) := {
	"id": id,
	"status": "measured",
	"direction": "at_most",
	"limit": 0,
	"low": low,
	"high": high,
}

steady := bar("steady", 0, 0)

drifted := bar("drifted", 1, 1)

open := bar("open", 0, 1)

test_proven_by_columns_that_did_not_drift if {
	stable.proven with input.bars as [steady]
	not stable.refuted with input.bars as [steady]
	count(stable.offenders) == 0 with input.bars as [steady]
}

test_refuted_by_a_column_that_did if {
	stable.refuted with input.bars as [steady, drifted]
	not stable.proven with input.bars as [steady, drifted]
	stable.offenders == {"drifted"} with input.bars as [steady, drifted]
}

test_neither_where_the_bounds_leave_it_open if {
	not stable.proven with input.bars as [steady, open]
	not stable.refuted with input.bars as [steady, open]
	stable.offenders == {"open"} with input.bars as [steady, open]
}

test_neither_for_missing_facts if {
	every status in ["missing", "undefined"] {
		unknown := {"id": "unknown", "status": status, "direction": "at_most", "limit": 0}
		not stable.proven with input.bars as [steady, unknown]
		not stable.refuted with input.bars as [steady, unknown]
		stable.offenders == {"unknown"} with input.bars as [steady, unknown]
	}
}

test_neither_for_no_bars if {
	every nothing in [{}, {"bars": []}, {"bars": null}, {"bars": {"only": steady}}] {
		not stable.proven with input as nothing
		not stable.refuted with input as nothing
	}
}
