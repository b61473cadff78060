# METADATA
# title: The score moves as it should when an input changes
# description: >-
#   Each expectation about changed rows holds for at least the share of rows that the manifest demands.
# custom:
#   checks: [behaviour]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   tasks: [binary-classification, regression]
#   why: >-
#     A model can score well and still answer absurdly, such as refusing somebody because of less debt. Held-out rows
#     seldom show that, because few of them differ in one column only. Changed rows ask exactly that question.
#   remedy: Look at the rows named in the evidence. Fix the model or, if the expectation is wrong, the expectation.
package behaviour.expectations_hold

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
