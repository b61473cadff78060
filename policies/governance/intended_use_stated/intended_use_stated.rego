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
#   why: >-
#     A metric is good or bad only for a use: ranking applications for a person who decides is another thing than
#     refusing them. Without a stated use nobody can say whether data, bars and groups fit.
#   remedy: State in `model.intended_use` what the model is for and who makes decisions with it.
package governance.intended_use_stated

proven if input.facts.governance.intended_use_stated == true

refuted if input.facts.governance.intended_use_stated == false

reasons contains "The manifest does not state what the model is for." if refuted
