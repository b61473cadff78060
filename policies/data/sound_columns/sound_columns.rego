# METADATA
# title: Columns carry information, and are alike in every data set
# description: >-
#   Features vary, text columns hold no stray numbers, and each class has enough rows. Evaluation data have no
#   categories that the training data lack, and neither more nor fewer missing values.
# custom:
#   checks: [data_hygiene]
#   effect: warn
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/columns, /classes, /alike]
#   why: >-
#     A column without information, or with numbers among words, often means that reading the file went wrong.
#     Categories that the training data lack are ones that the model knows nothing of. A class of a few rows gives
#     numbers that nobody can rely on.
#   remedy: >-
#     Look at the columns named. Drop those that never vary, fix those that were read as text, and add rows of rare
#     classes and of new categories.
package data.sound_columns

import data.lib.bars

proven if bars.all_cleared

refuted if bars.any_missed

offenders := bars.uncleared

reasons contains sprintf("Columns of %s with one value only: %s.", [name, concat(", ", found.constant.names)]) if {
	some name, found in input.facts.data_hygiene.columns
	count(found.constant.names) > 0
}

reasons contains sprintf("Columns of %s with numbers among words: %s.", [name, concat(", ", found.mixed.names)]) if {
	some name, found in input.facts.data_hygiene.columns
	count(found.mixed.names) > 0
}

reasons contains sprintf("Columns of %s with new categories: %s.", [name, concat(", ", found.categories.names)]) if {
	some name, found in input.facts.data_hygiene.alike
	count(found.categories.names) > 0
}

reasons contains sprintf("Columns of %s with more or fewer missing values: %s.", [name, named]) if {
	some name, found in input.facts.data_hygiene.alike
	count(found.missingness.names) > 0
	named := concat(", ", found.missingness.names)
}
