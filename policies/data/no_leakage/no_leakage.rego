# METADATA
# title: No column gives the answer away
# description: >-
#   No feature, id or time alone predicts the label so well that it must have known it.
# custom:
#   checks: [data_hygiene]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/leakage]
#   remedy: >-
#     Look at the columns named: one that is written down only once the answer is known must be no feature. Ids and
#     rows that are sorted by the answer are put in an order that says nothing.
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
