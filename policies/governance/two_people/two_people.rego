# METADATA
# title: Two people in two roles approved the change
# description: >-
#   Every required role is filled by a person of its own, none of whom made the change, and whose last decisive
#   review approves the head commit; nobody in a role asks for changes, and nothing about the reviews is in doubt.
# custom:
#   checks: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [approvals]
#   remedy: >-
#     Ask a person of each unfilled role, who did not work on the change, to approve its head commit; `assay approvals`
#     says who counts and why others do not.
package governance.two_people

import data.lib.approvals

proven if approvals.given

refuted if approvals.refused

offenders := approvals.unfilled

reasons contains "Something closes the change whoever approves it." if approvals.blocked

reasons contains "A required role is not filled by a person of its own." if {
	input.facts.approvals.satisfied == false
}

reasons contains "Something about the reviews is in doubt, so nothing can be decided." if approvals.doubtful
