# METADATA
# title: The model has an owner
# description: >-
#   The manifest names the person or team that answers for the model.
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   waivable: false
#   why: >-
#     When a model misbehaves, somebody has to decide whether it is taken back. If nobody is named beforehand, that is
#     found out during the incident.
#   remedy: Name in `model.owner` the person or team that answers for the model.
package governance.owner_named

proven if input.facts.governance.owner_named == true

refuted if input.facts.governance.owner_named == false

reasons contains "The manifest does not name an owner of the model." if refuted
