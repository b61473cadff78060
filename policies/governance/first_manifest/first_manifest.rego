# METADATA
# title: A first manifest is approved by both roles
# description: >-
#   The base has no manifest, so the one of this change judges itself: persons of two roles, none of whom made the
#   change, approve its head commit; nobody in a role asks for changes, and nothing about the reviews is in doubt.
# custom:
#   checks: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [first_manifest]
#   remedy: >-
#     Name a domain expert and an ML engineer under `roles`, have both approve the head commit, and plan with their
#     reviews (`assay approvals` takes them, `--reviews` reads them). Once it is merged, the manifest is the base.
package governance.first_manifest

proven if {
	input.facts.approvals.satisfied == true
	input.facts.approvals.blocked == false
	input.facts.approvals.doubtful == false
	count(persons) > 1
	count(roles) > 1
}

refuted if input.facts.approvals.blocked == true

refuted if {
	input.facts.approvals.satisfied == false
	input.facts.approvals.doubtful == false
}

persons contains filled.person if {
	is_array(input.facts.approvals.filled)
	some filled in input.facts.approvals.filled
	is_string(filled.person)
	filled.person != ""
}

roles contains filled.role if {
	is_array(input.facts.approvals.filled)
	some filled in input.facts.approvals.filled
	is_string(filled.role)
	filled.role != ""
}

offenders contains role if {
	is_array(input.facts.approvals.unfilled)
	some role in input.facts.approvals.unfilled
	is_string(role)
}

reasons contains "The first manifest judges itself, and a role that must approve it is not filled." if refuted
