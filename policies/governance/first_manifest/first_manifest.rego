# METADATA
# title: Both roles approved the first manifest
# description: >-
#   The base has no manifest, so the manifest of this change judges itself. Persons of two roles, none of whom made the
#   change, approve its head commit; nobody in a role asks for changes, and nothing about the reviews is in doubt.
# custom:
#   checks: [approvals]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   when: [first_manifest]
#   waivable: false
#   why: >-
#     A manifest is judged by the one before it, and the first has none. It could name no bars at all, or nobody in the
#     roles that approve later. People must look at it once.
#   remedy: >-
#     Name a domain expert and an ML engineer under `roles`, have both approve the head commit, and plan with their
#     reviews (`assay approvals` writes them, `--reviews` reads them). Once the change is merged, its manifest is the
#     base.
package governance.first_manifest

import data.lib.approvals

proven if approvals.given

refuted if approvals.refused

offenders := approvals.unfilled

reasons contains "The first manifest judges itself, so both roles must approve it." if refuted
