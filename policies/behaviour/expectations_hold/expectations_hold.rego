# METADATA
# title: The score moves as it should when an input changes
# description: >-
#   Every expectation about changed rows holds for as large a share of the rows as the manifest demands.
# custom:
#   checks: [behaviour]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   tasks: [binary-classification, regression]
#   remedy: >-
#     Look at the rows named in the evidence and change the model or, if the expectation is wrong, the expectation.
package behaviour.expectations_hold

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
