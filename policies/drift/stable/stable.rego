# METADATA
# title: The data have not drifted from the reference
# description: >-
#   A column has drifted only if a test over all columns and the size of the effect both say so. If the interval of a
#   number leaves this open, nothing is proven.
# custom:
#   checks: [drift]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   declared: true
#   why: >-
#     A model is right about the kind of rows that it was trained on. If a feed breaks or the world changes, its
#     measured quality says little about the rows that come now. Drift is seen in the features at once, and in the
#     quality only when labels arrive.
#   remedy: >-
#     Find out what changed in the columns named above. If a feed is broken, fix it at its source; if the world has
#     changed, train on newer data. Take a newer reference only if the owners of the bars approve it.
package drift.stable

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
