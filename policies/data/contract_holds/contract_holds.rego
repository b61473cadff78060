# METADATA
# title: The data keeps its contract
# description: >-
#   Every rule that the manifest sets for the data holds on every data set it is set for.
# custom:
#   checks: [data_contract]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, experimentation, validation, deployment]
#   remedy: Look at the rows named in the evidence and mend the data or, if the rule is wrong, the rule.
package data.contract_holds

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
