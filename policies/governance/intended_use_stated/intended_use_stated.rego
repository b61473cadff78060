# METADATA
# title: It is stated what the model is for
# description: >-
#   The manifest says in words what the model is for and who decides with it.
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   remedy: Say in `model.intended_use` what the model is for and who decides with it.
package governance.intended_use_stated

proven if input.facts.governance.intended_use_stated == true

refuted if input.facts.governance.intended_use_stated == false

reasons contains "The manifest does not say what the model is for." if refuted
