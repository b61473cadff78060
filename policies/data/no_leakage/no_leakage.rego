# METADATA
# title: No column gives the label away
# description: >-
#   No feature, id or time alone predicts the label so well that the label must have leaked into it.
# custom:
#   checks: [data_hygiene]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/leakage]
#   remedy: >-
#     Look at the columns named. A column that is recorded only after the label is known must not be a feature. If ids
#     or rows are sorted by the label, shuffle them.
package data.no_leakage

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared

reasons contains sprintf("The column `%s` of %s alone predicts the label.", [column, name]) if {
	is_array(input.bars)
	some bar in input.bars
	bars.missed(bar)
	some name, found in input.facts.data_hygiene.leakage
	some column, each in found.by_column
	is_number(each.strength.low)
	each.strength.low > bar.limit
}

reasons contains sprintf("The column `%s` of %s alone seems to predict the label.", [column, name]) if {
	is_array(input.bars)
	some bar in input.bars
	not bars.cleared(bar)
	not bars.missed(bar)
	some name, found in input.facts.data_hygiene.leakage
	some column, each in found.by_column
	is_number(each.strength.value)
	each.strength.value > bar.limit
}
