# METADATA
# title: Columns say something, and say it alike in every set
# description: >-
#   Features vary, texts hold no stray numbers, each class has rows enough, and sets held apart neither have
#   categories that the training data lacks nor lack values oftener or seldomer.
# custom:
#   checks: [data_hygiene]
#   effect: warn
#   risks: [minimal, limited, high]
#   stages: [data-preparation, validation]
#   declared: true
#   bars: [/columns, /classes, /alike]
#   remedy: >-
#     Look at the columns named: drop what never varies, mend what was read as text, and bring rows of what is rare or
#     new.
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

reasons contains sprintf("Columns of %s that lack values differently: %s.", [name, named]) if {
	some name, found in input.facts.data_hygiene.alike
	count(found.missingness.names) > 0
	named := concat(", ", found.missingness.names)
}
