# METADATA
# title: Where the change alters the data, the base's data judge too
# description: >-
#   The data that judge the model, or that others are compared with, are those of the base; or their content at the base
#   was had, the model answered its rows too, and did not learn from them. The policies that rule on such data then rule
#   a second time, on the base's data. Approvals do not replace that.
# custom:
#   checks: [base_data]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [change]
#   waivable: false
#   why: >-
#     Evaluation data judge as much as a bar does: leaving out the hard rows lifts every metric. A digest shows that
#     data differ, but not whether the new rows are easier. So the model has to pass on both.
#   remedy: >-
#     Let the base's data be had: in Git, Git LFS or DVC (fetch what the base names), or in a folder (`--base-data`).
#     Answers that are given as files need the rows of both. Train on data that judged before only once others judge in
#     their place. Data that the base never held stay closed here: put them into Git, Git LFS or DVC on the default
#     branch first, by a change that two people approve.
package governance.base_data

proven if {
	input.facts.base_data.base == true
	count(offenders) == 0
	is_array(input.facts.base_data.differ)
	is_object(input.facts.base_data.lacking)
	is_array(input.facts.base_data.unanswered)
	is_array(input.facts.base_data.trained_on)
	count(input.facts.base_data.lacking) == 0
	count(input.facts.base_data.unanswered) == 0
	count(input.facts.base_data.trained_on) == 0
}

refuted if {
	input.facts.base_data.base == true
	count(offenders) > 0
}

offenders contains name if {
	is_object(input.facts.base_data.lacking)
	some name, _ in input.facts.base_data.lacking
}

offenders contains name if {
	is_array(input.facts.base_data.unanswered)
	some name in input.facts.base_data.unanswered
	is_string(name)
}

offenders contains name if {
	is_array(input.facts.base_data.trained_on)
	some name in input.facts.base_data.trained_on
	is_string(name)
}

reasons contains "The change alters the data that judge it, so the base's data judge too." if {
	input.facts.base_data.base == true
	is_array(input.facts.base_data.differ)
	count(input.facts.base_data.differ) > 0
}

reasons contains told if {
	is_object(input.facts.base_data.lacking)
	some told in input.facts.base_data.lacking
	is_string(told)
}

reasons contains sprintf("The answers have no rows of `%s` as it is at the base.", [name]) if {
	is_array(input.facts.base_data.unanswered)
	some name in input.facts.base_data.unanswered
	is_string(name)
}

reasons contains sprintf("The training data hold most rows of data as they are at the base: %s.", [pair]) if {
	is_array(input.facts.base_data.trained_on)
	some pair in input.facts.base_data.trained_on
	is_string(pair)
}
