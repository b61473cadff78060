# METADATA
# title: Loading the model executes no unknown code
# description: >-
#   Loading the model's file executes nothing that was not in the repository for review: its format executes nothing,
#   only types or names that are known to be harmless, or only code of the repository itself.
# custom:
#   checks: [artifact]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation, deployment]
#   why: >-
#     Many model formats are programs: loading the file runs whatever its author put in. A model that comes from
#     elsewhere, or was changed on its way, could then read secrets or change the verdict. A format that holds only
#     numbers and a graph cannot.
#   remedy: Save the model as skops or ONNX. Have unknown types reviewed before you trust them.
package artifact.safe_format

proven if input.facts.artifact.executes in {"nothing", "known_types", "listed_names", "repository_code"}

refuted if input.facts.artifact.executes in {"unknown_types", "arbitrary_code"}

reasons contains "Loading the model can execute types that are not known to be harmless." if {
	input.facts.artifact.executes == "unknown_types"
}

reasons contains "Loading the model can execute arbitrary code." if {
	input.facts.artifact.executes == "arbitrary_code"
}
