# METADATA
# title: The data keep their contract
# description: >-
#   Each rule that the manifest sets for the data holds for every data set that the rule applies to.
# custom:
#   checks: [data_contract]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, experimentation, validation, deployment]
#   remedy: Look at the rows named in the evidence. Fix the data or, if the rule is wrong, the rule.
package data.contract_holds

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
