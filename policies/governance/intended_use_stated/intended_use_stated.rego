# METADATA
# title: The manifest states what the model is for
# description: >-
#   The manifest states what the model is for and who makes decisions with it.
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   waivable: false
#   remedy: State in `model.intended_use` what the model is for and who makes decisions with it.
package governance.intended_use_stated

proven if input.facts.governance.intended_use_stated == true

refuted if input.facts.governance.intended_use_stated == false

reasons contains "The manifest does not state what the model is for." if refuted
