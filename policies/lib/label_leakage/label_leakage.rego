# METADATA
# title: When the labels are given away and when they are not
# description: >-
#   They are not if every list of findings is there and empty and each training set could be compared. They are if there
#   is a finding. Otherwise it is neither.
package lib.label_leakage

absent if {
	input.facts.label_leakage.found == 0
	every kind in kinds | {"uncompared"} {
		is_array(input.facts.label_leakage[kind])
		count(input.facts.label_leakage[kind]) == 0
	}
}

present if {
	is_number(input.facts.label_leakage.found)
	input.facts.label_leakage.found > 0
	count(findings) > 0
}

findings contains finding if {
	some kind in kinds
	some finding in listed(kind)
}

kinds := {"named_alike", "copied", "answered", "same_data", "shared_rows"}

sentences contains sprintf("A feature has the name of the label: %s.", [finding]) if {
	some finding in listed("named_alike")
}

sentences contains sprintf("A feature repeats the label: %s.", [finding]) if {
	some finding in listed("copied")
}

sentences contains sprintf("The answers repeat the label of every row looked at: %s.", [finding]) if {
	some finding in listed("answered")
}

sentences contains sprintf("Training and evaluation data are the same: %s.", [finding]) if {
	some finding in listed("same_data")
}

sentences contains sprintf("The training data hold most of the evaluated rows: %s.", [finding]) if {
	some finding in listed("shared_rows")
}

sentences contains sentence if {
	some pair in listed("uncompared")
	sentence := sprintf("%s have no column, known in nearly all rows, to compare their rows by.", [pair])
}

sentences contains sentence if {
	some pair in listed("alike")
	sentence := sprintf("The rows of %s are too much alike to tell a copied row from another.", [pair])
}

listed(kind) := {finding |
	is_array(input.facts.label_leakage[kind])
	some finding in input.facts.label_leakage[kind]
	is_string(finding)
}
