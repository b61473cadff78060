# METADATA
# title: Every metric clears its bar
# description: >-
#   A metric clears its bar only with its whole confidence interval; the estimate alone is not enough.
# custom:
#   checks: [quality]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   why: >-
#     On few rows a bad model often looks good: with 200 rows, an accuracy of 0.93 may as well be 0.89. An estimate
#     above the bar therefore proves little. The interval says what the rows can prove, and more rows make it shorter.
#   remedy: >-
#     Improve the model. If the interval straddles the bar, evaluate on about as many rows as the bar says it needs.
package quality.clears_bars

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
