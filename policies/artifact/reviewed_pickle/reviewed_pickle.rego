# METADATA
# title: A pickle was read whole, and two people approved its bytes
# description: >-
#   A joblib or pickle file is a program. Every operation of it was read without loading it, and it asks for nothing but
#   names on Assay's list and names that the manifest adds to it. The manifest has the digest of exactly these bytes.
#   Persons of two roles, none of whom made the change, approve the commit that holds them.
# custom:
#   checks: [artifact]
#   consults: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   when: [pickle]
#   why: >-
#     Unpickling runs a program, with the rights of whoever loads the model. A list of harmless names shows that this
#     program only builds a model; the digest says that the reviewed bytes are the loaded ones. A person can then
#     approve what would otherwise be unknown code.
#   remedy: >-
#     Best save the model as skops or ONNX. Otherwise write its digest (`assay digest FILE`) as `model.artifact.digest`,
#     read the code behind each name listed here and add those names to `model.artifact.trusted_types`, and have a
#     domain expert and an ML engineer who did not work on the change approve its head commit (`assay approvals
#     --pull-request N --out FILE`, then `assay check --reviews FILE`).
package artifact.reviewed_pickle

import data.lib.approvals

proven if {
	sound
	pinned
	approvals.given
}

refuted if unread

refuted if count(offenders) > 0

refuted if input.facts.artifact.pickle.pinned == false

refuted if {
	input.facts.artifact.pickle
	not input.facts.approvals
	not approvals.unreadable
}

refuted if {
	input.facts.artifact.pickle
	approvals.refused
}

sound if {
	input.facts.artifact.executes == "listed_names"
	input.facts.artifact.pickle.read == true
	is_array(input.facts.artifact.pickle.outside)
	count(input.facts.artifact.pickle.outside) == 0
}

pinned if input.facts.artifact.pickle.pinned == true

unread if input.facts.artifact.pickle.read == false

offenders contains name if {
	is_array(input.facts.artifact.pickle.outside)
	some name in input.facts.artifact.pickle.outside
	is_string(name)
}

reasons contains sprintf("The file could not be read to its end: %s", [input.facts.artifact.pickle.why]) if unread

reasons contains sprintf(
	"Of the %d names that the file asks for, nothing vouches for %d.",
	[input.facts.artifact.pickle.names, count(offenders)],
) if {
	count(offenders) > 0
	is_number(input.facts.artifact.pickle.names)
}

reasons contains "The manifest does not have the digest of the file." if input.facts.artifact.pickle.pinned == false

reasons contains "The reviews were not given, so no approval of these bytes is known." if {
	input.facts.artifact.pickle
	not input.facts.approvals
	not approvals.unreadable
}

reasons contains "The reviews cannot be read, so no approval of these bytes is known." if {
	input.facts.artifact.pickle
	approvals.unreadable
}

reasons contains "The change is blocked, whoever approves it." if approvals.blocked

reasons contains sprintf("The role %s has no approval that counts.", [role]) if some role in approvals.unfilled

reasons contains "The reviews are in doubt, so no approval of these bytes is known." if approvals.doubtful

reasons contains "All names that the file asks for are on the list." if {
	proven
	count(added) == 0
}

reasons contains sprintf("The manifest adds to the list of names: %s.", [concat(", ", sort(added))]) if {
	proven
	count(added) > 0
}

added contains name if {
	is_array(input.facts.artifact.pickle.added)
	some name in input.facts.artifact.pickle.added
	is_string(name)
}
