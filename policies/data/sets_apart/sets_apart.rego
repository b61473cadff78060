# METADATA
# title: What is held apart was not trained on
# description: >-
#   No row of the data that judges the model is also in the training data, by its id or by its features beyond what
#   chance explains, and none lies before the training data ends.
# custom:
#   checks: [data_hygiene]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/apart]
#   remedy: >-
#     Take the rows named out of one of the sets, and split by person or by time before anything is drawn twice. Where
#     few columns tell rows apart, more ids and features do.
package data.sets_apart

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
