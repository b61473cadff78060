# METADATA
# title: The change does not loosen what judges it, or both roles approved that
# description: >-
#   Against the base, the manifest, the policies and the evaluation data differ only by tighter bars, added checks and
#   text that describes the model; or persons of two roles, none of whom made the change, approve the commit that holds
#   the other differences. Roles and people are the base's. Even so the base's rules judge the model until it is merged.
# custom:
#   checks: [changes]
#   consults: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [change]
#   remedy: >-
#     Take the listed differences out. Where one is wanted, propose it alone, have a domain expert and an ML engineer
#     who did not work on it approve its head commit, and judge it in a workflow of the default branch with their
#     reviews (`assay approvals --pull-request N --out FILE`, then `assay check --reviews FILE`). A model that clears
#     only the looser rules comes after, in a change of its own.
package governance.bars_not_loosened

import data.lib.approvals

proven if {
	input.facts.changes.base == true
	input.facts.changes.loosens == false
	is_array(input.facts.changes.loosened)
	count(input.facts.changes.loosened) == 0
}

proven if agreed

refuted if {
	loosened
	not input.facts.approvals
	not unreadable
}

refuted if {
	loosened
	approvals.refused
}

refuted if {
	loosened
	approvals.given
	input.facts.changes.reviewed == false
}

loosened if {
	input.facts.changes.base == true
	is_array(input.facts.changes.loosened)
	count(input.facts.changes.loosened) > 0
	every path in input.facts.changes.loosened {
		is_string(path)
	}
}

agreed if {
	loosened
	input.facts.changes.loosens == true
	input.facts.changes.reviewed == true
	approvals.given
}

# Reviews were taken in, and could not be judged.
unreadable if input.checks.approvals.outcome == "error"

offenders contains path if {
	loosened
	not agreed
	some path in input.facts.changes.loosened
}

reasons contains "Persons of two roles approved what loosens; until it is merged, the base's rules judge." if agreed

reasons contains "The change alters what judges it; until it is merged, the base's rules hold." if {
	loosened
	not agreed
}

reasons contains "The reviews were not taken in, so nobody is known to have approved what loosens." if {
	loosened
	not input.facts.approvals
	not unreadable
}

reasons contains "Whoever approves it, something closes the change." if {
	loosened
	approvals.blocked
}

reasons contains sprintf("The role %s has no approval that counts.", [role]) if {
	loosened
	some role in approvals.unfilled
}

reasons contains "The commit that was approved does not hold the manifest, policies and data judged here." if {
	loosened
	approvals.given
	input.facts.changes.reviewed == false
}

reasons contains "The reviews are in doubt, so nobody is known to have approved what loosens." if {
	loosened
	approvals.doubtful
}

reasons contains "The reviews cannot be read, so nobody is known to have approved what loosens." if {
	loosened
	unreadable
}
