# METADATA
# title: The change does not loosen what judges it, unless both roles approve
# description: >-
#   Compared with the base, the manifest, the policies and the evaluation data differ only by tighter bars, added checks
#   and text that describes the model; or persons of two roles, none of whom made the change, approve the commit that
#   holds the other differences. The base names the roles and the people. Until the change is merged, the base's rules
#   judge the model in either case.
# custom:
#   checks: [changes]
#   consults: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [change]
#   waivable: false
#   why: >-
#     Whoever changes a model could also change the bar that it misses, in the same change. Nobody would notice, because
#     the gate would be open. So the bars of the base judge until two people approved the others.
#   remedy: >-
#     Remove the listed differences. If you want one of them, propose it alone. Have a domain expert and an ML engineer
#     who did not work on it approve its head commit, and judge it in a workflow of the default branch with their
#     reviews (`assay approvals --pull-request N --out FILE`, then `assay check --reviews FILE`). Propose a model that
#     clears only the looser bars later, in a change of its own.
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
	not approvals.unreadable
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

offenders contains path if {
	loosened
	not agreed
	some path in input.facts.changes.loosened
}

reasons contains "Persons of two roles approved the loosening; until it is merged, the base's rules judge." if agreed

reasons contains "The change alters what judges it; until it is merged, the base's rules judge." if {
	loosened
	not agreed
}

reasons contains "The reviews were not given, so no approval of the loosening is known." if {
	loosened
	not input.facts.approvals
	not approvals.unreadable
}

reasons contains "The change is blocked, whoever approves it." if {
	loosened
	approvals.blocked
}

reasons contains sprintf("The role %s has no approval that counts.", [role]) if {
	loosened
	some role in approvals.unfilled
}

reasons contains "The commit that was approved does not contain the manifest, policies and data judged here." if {
	loosened
	approvals.given
	input.facts.changes.reviewed == false
}

reasons contains "The reviews are in doubt, so no approval of the loosening is known." if {
	loosened
	approvals.doubtful
}

reasons contains "The reviews cannot be read, so no approval of the loosening is known." if {
	loosened
	approvals.unreadable
}
