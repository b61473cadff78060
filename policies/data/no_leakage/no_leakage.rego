# METADATA
# title: No column gives the label away
# description: >-
#   No feature repeats, recodes or encodes the label, and no two features give it together, as far as this can be
#   proven. A feature that only predicts the label well is told, and blocks only if the manifest bounds its strength.
# custom:
#   checks: [data_hygiene]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/leakage]
#   why: >-
#     A column that is written once the label is known makes a model look perfect and fail in use, where that column is
#     still empty. A strong honest column looks alike at first sight. So only what no honest column does closes the
#     gate, and the rest is told.
#   remedy: >-
#     Look at the columns named. A column that is recorded only after the label is known must not be a feature. If it
#     is known before, name it with its reason under `exempt` in the block `data_hygiene`.
package data.no_leakage

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared

reasons contains each.sentence if {
	some found in input.facts.data_hygiene.leakage
	some each in found.proven
	not each.exempt
}

reasons contains sprintf("Exempt, because %s: %s", [each.exempt, each.sentence]) if {
	some found in input.facts.data_hygiene.leakage
	some each in found.proven
	is_string(each.exempt)
}

reasons contains sprintf("Worth a look: %s", [each.sentence]) if {
	some found in input.facts.data_hygiene.leakage
	some each in found.suspected
}

reasons contains sprintf("Worth a look: the column `%s` of %s alone predicts the label.", [column, name]) if {
	some name, found in input.facts.data_hygiene.leakage
	some column, each in found.by_column
	is_number(each.strength.low)
	each.strength.low > 0.95
	not column in {named |
		some giveaway in array.concat(found.proven, found.suspected)
		some named in giveaway.columns
	}
}

reasons contains sprintf("The column `%s` of %s alone predicts the label.", [column, name]) if {
	is_array(input.bars)
	some bar in input.bars
	bar.subject.finding == "leakage"
	bars.missed(bar)
	some name, found in input.facts.data_hygiene.leakage
	some column, each in found.by_column
	is_number(each.strength.low)
	each.strength.low > bar.limit
}

reasons contains sprintf("The column `%s` of %s alone seems to predict the label.", [column, name]) if {
	is_array(input.bars)
	some bar in input.bars
	bar.subject.finding == "leakage"
	not bars.cleared(bar)
	not bars.missed(bar)
	some name, found in input.facts.data_hygiene.leakage
	some column, each in found.by_column
	is_number(each.strength.value)
	each.strength.value > bar.limit
}
