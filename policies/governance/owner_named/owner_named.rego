# METADATA
# title: The model has an owner
# description: >-
#   Somebody answers for the model: the manifest names a person or a team.
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   remedy: Name the person or team that answers for the model in `model.owner`.
package governance.owner_named

proven if input.facts.governance.owner_named == true

refuted if input.facts.governance.owner_named == false

reasons contains "The manifest names no owner of the model." if refuted
