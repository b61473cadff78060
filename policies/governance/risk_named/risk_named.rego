# METADATA
# title: The model has a risk tier
# description: >-
#   The manifest names the risk tier of the model, which selects the policies that apply to it.
# custom:
#   checks: [governance]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [ideation, data-preparation, experimentation, validation, deployment, retirement]
#   waivable: false
#   why: >-
#     The tier decides which policies apply and how the model is isolated. A model without one is judged as if of high
#     risk, so that leaving it out never helps; but then nobody has thought about it.
#   remedy: Set `model.risk` to minimal, limited or high.
package governance.risk_named

proven if input.facts.governance.risk_named == true

refuted if input.facts.governance.risk_named == false

reasons contains "The manifest does not name the risk tier of the model." if refuted
