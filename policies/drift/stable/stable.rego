# METADATA
# title: The data have not drifted from the reference
# description: >-
#   A column drifts only if a test over all columns and the size of the effect both say so. Where the bounds of a figure
#   leave it open, nothing is proven.
# custom:
#   checks: [drift]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   declared: true
#   remedy: >-
#     Find out what changed in the columns named above: a broken feed is mended at its source, and a world that changed
#     asks for training on newer data. Take a newer reference only with the approval of those who own the bars.
package drift.stable

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
