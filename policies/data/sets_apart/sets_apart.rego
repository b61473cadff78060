# METADATA
# title: The model was not trained on its evaluation data
# description: >-
#   No row of the evaluation data is also in the training data, by its id or, beyond the twins that training rows have
#   among themselves, by its features, also if they were rounded or changed a little. No row of the evaluation data is
#   dated before the training data end, and none belongs to a group, such as a customer, that is in the training data.
# custom:
#   checks: [data_hygiene]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/apart]
#   why: >-
#     A model remembers rows that it was trained on, so a shared row makes it look better than it is. The same holds for
#     other rows of the same customer, and for training on what happened after the rows to predict.
#   remedy: >-
#     Remove the rows named from one of the data sets. Split by person or by time before you sample. If different rows
#     share their features by chance, declare an id or add features.
package data.sets_apart

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared

reasons contains sprintf("%s: %s", [name, found.rows.told]) if {
	some name, found in input.facts.data_hygiene.apart
	is_string(found.rows.told)
}

reasons contains sprintf("%s: %s", [name, found.groups.told]) if {
	some name, found in input.facts.data_hygiene.apart
	found.groups.declared == true
	is_string(found.groups.told)
}
