# METADATA
# title: When a bar is cleared and when it is missed
# description: >-
#   A bar bounds a number that is known up to an interval. It is cleared if the whole interval lies on its good
#   side, and missed if the whole interval lies on its bad side. In between, and for a number that is not there,
#   it is neither.
package lib.bars

cleared(bar) if {
	bar.direction == "at_least"
	_measured(bar)
	bar.low >= bar.limit
}

cleared(bar) if {
	bar.direction == "at_most"
	_measured(bar)
	bar.high <= bar.limit
}

missed(bar) if {
	bar.direction == "at_least"
	_measured(bar)
	bar.high < bar.limit
}

missed(bar) if {
	bar.direction == "at_most"
	_measured(bar)
	bar.low > bar.limit
}

_measured(bar) if {
	bar.status == "measured"
	is_number(bar.limit)
	is_number(bar.low)
	is_number(bar.high)
	bar.low <= bar.high
}
