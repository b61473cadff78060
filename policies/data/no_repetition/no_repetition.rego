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

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
