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

proven if {
	is_array(input.bars)
	count(input.bars) > 0
	every bar in input.bars {
		bars.cleared(bar)
	}
}

refuted if {
	is_array(input.bars)
	some bar in input.bars
	bars.missed(bar)
}

offenders contains id if {
	is_array(input.bars)
	some bar in input.bars
	not bars.cleared(bar)
	id := bar.id
}
