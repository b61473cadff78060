# METADATA
# title: Rows neither repeat nor contradict each other
# description: >-
#   No id occurs twice, few rows repeat another or nearly do, and few have the features of a row with another label.
# custom:
#   checks: [data_hygiene]
#   effect: warn
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/rows]
#   remedy: >-
#     Remove what was written twice before the data is split, and settle which of two labels is right.
package data.no_repetition

import data.lib.bars

proven if {
	is_array(input.bars)
	count(input.bars) > 0
	every bar in input.bars {
		bars.cleared(bar)
	}
}

refuted if {
	is_array(input.bars)
	some bar in input.bars
	bars.missed(bar)
}

offenders contains id if {
	is_array(input.bars)
	some bar in input.bars
	not bars.cleared(bar)
	id := bar.id
}
