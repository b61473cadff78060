# METADATA
# title: Groups of people are treated alike, within bounds
# description: >-
#   Each gap between groups that the manifest bounds clears its bar with its whole confidence interval.
# custom:
#   checks: [bias]
#   effect: block
#   risks: [limited, high]
#   stages: [validation, deployment]
#   tasks: [binary-classification]
#   why: >-
#     A good average can hide that one group is refused far more often, or that its mistakes are more costly. Gaps in
#     small groups are mostly chance, in either direction. So the whole interval must lie within the bound before
#     anybody relies on it.
#   remedy: >-
#     Find the cause of the gap and reduce it. If a small group makes the interval wide, add rows of that group. If no
#     row is about a person, say so with a reason: `data.sensitive: {none: '…'}`. A waiver needs an owner and an expiry
#     date.
package bias.within_bounds

import data.lib.bars

proven if bars.all_cleared

# There are no groups of people to compare, as the manifest states; a base locks the statement.
proven if {
	is_string(input.facts.bias.nobody_concerned)
	input.facts.bias.sets == {}
	input.bars == []
}

refuted if bars.any_missed

offenders := bars.uncleared
