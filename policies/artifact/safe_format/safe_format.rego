# METADATA
# title: Loading the model executes nothing unknown
# description: >-
#   The model's file can be loaded without executing anything that did not lie in the repository for review:
#   its format executes nothing, or only types that are known to be harmless, or code of the repository itself.
# custom:
#   checks: [artifact]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   remedy: Save the model as skops or ONNX, and have unknown types reviewed before they are trusted.
package artifact.safe_format

proven if input.facts.artifact.executes in {"nothing", "known_types", "repository_code"}

refuted if input.facts.artifact.executes in {"unknown_types", "arbitrary_code"}

reasons contains "Loading the model can execute types that are not known to be harmless." if {
	input.facts.artifact.executes == "unknown_types"
}

reasons contains "Loading the model can execute any code." if {
	input.facts.artifact.executes == "arbitrary_code"
}
