# METADATA
# title: The data keep their contract
# description: >-
#   Each rule that the manifest sets for the data holds for every data set that the rule applies to.
# custom:
#   checks: [data_contract]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, experimentation, validation, deployment]
#   why: >-
#     A model learns and is measured on whatever the data say, also on a unit that changed or a column that was shifted.
#     Such a fault moves every number that follows from it. It is found cheaply here, with the rows that broke the rule.
#   remedy: Look at the rows named in the evidence. Fix the data or, if the rule is wrong, the rule.
package data.contract_holds

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared
