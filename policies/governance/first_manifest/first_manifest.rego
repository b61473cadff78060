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

import data.lib.approvals

proven if approvals.given

refuted if approvals.refused

offenders := approvals.unfilled

reasons contains "The first manifest judges itself, and a role that must approve it is not filled." if refuted
