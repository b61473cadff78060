# METADATA
# title: The change does not loosen what judges it
# description: >-
#   Against the base, the manifest, the policies and the evaluation data differ only by tighter bars, added checks and
#   text that describes the model.
# custom:
#   checks: [changes]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [change]
#   remedy: >-
#     Take the listed differences out of this change. Where one is wanted, propose it in a change of its own and have
#     it merged by people of both roles, a domain expert and an ML engineer; then it is the base.
package governance.bars_not_loosened

proven if {
	input.facts.changes.base == true
	input.facts.changes.loosens == false
	is_array(input.facts.changes.loosened)
	count(input.facts.changes.loosened) == 0
}

refuted if {
	input.facts.changes.base == true
	is_array(input.facts.changes.loosened)
	count(input.facts.changes.loosened) > 0
}

offenders contains path if {
	refuted
	some path in input.facts.changes.loosened
}

reasons contains "The change alters what judges it; until it is merged, the base's rules hold." if refuted
