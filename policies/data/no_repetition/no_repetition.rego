# METADATA
# title: Rows neither repeat nor contradict each other
# description: >-
#   No id occurs twice, few rows repeat or nearly repeat another row, and few rows have the features of a row with
#   another label.
# custom:
#   checks: [data_hygiene]
#   effect: warn
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/rows]
#   why: >-
#     A repeated row counts twice in training and in every metric, and an interval that takes it as two is too short.
#     Rows with the same features and two labels put a limit on every model, or show that a join went wrong.
#   remedy: Remove repeated rows before you split the data, and decide which of two contradicting labels is right.
package data.no_repetition

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
