# METADATA
# title: When a bar is cleared and when it is missed
# description: >-
#   A bar bounds a number that is known within an interval. It is cleared if the whole interval lies on its good
#   side, and missed if the whole interval lies on its bad side. If the interval straddles the bar, or the number is
#   missing, it is neither. A policy that rules only on bars takes its three rules from here; without bars nothing is
#   proven.
package lib.bars

all_cleared if {
	is_array(input.bars)
	count(input.bars) > 0
	every bar in input.bars {
		cleared(bar)
	}
}

any_missed if {
	is_array(input.bars)
	some bar in input.bars
	missed(bar)
}

uncleared contains id if {
	is_array(input.bars)
	some bar in input.bars
	not cleared(bar)
	id := bar.id
}

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
