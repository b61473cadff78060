# METADATA
# title: Two people in two roles approved the change
# description: >-
#   Each required role is filled by a different person, who did not make the change and whose last decisive review
#   approves the head commit. Nobody in a role asks for changes, and nothing about the reviews is in doubt.
# custom:
#   checks: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [approvals]
#   waivable: false
#   why: >-
#     One person, or one stolen account, should not be able to promote a model. An expert of the field sees other faults
#     than an engineer does. An approval of an older commit says nothing about what is promoted.
#   remedy: >-
#     For each unfilled role, ask a person who did not work on the change to approve its head commit. `assay approvals`
#     shows who counts, and why others do not.
package governance.two_people

import data.lib.approvals

proven if approvals.given

refuted if approvals.refused

offenders := approvals.unfilled

reasons contains "The change is blocked, whoever approves it." if approvals.blocked

reasons contains "Not every required role is filled by a different person." if {
	input.facts.approvals.satisfied == false
}

reasons contains "Something about the reviews is in doubt, so nothing can be decided." if approvals.doubtful
