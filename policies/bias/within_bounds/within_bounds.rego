# METADATA
# title: Groups of people are treated alike, within bounds
# description: >-
#   Every gap between groups that the manifest bounds lies within its bound, with its whole confidence interval.
# custom:
#   checks: [bias]
#   effect: block
#   risks: [limited, high]
#   stages: [validation, deployment]
#   tasks: [binary-classification]
#   remedy: >-
#     Find where the gap comes from and reduce it, or bring rows of the small groups; a waiver needs an owner and an
#     end.
package bias.within_bounds

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
