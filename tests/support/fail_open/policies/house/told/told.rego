# METADATA
# title: Denies by a name that its facts may lack
# custom:
#   checks: [counts]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation]
#   remedy: None is needed.
package house.told

deny contains "The label is missing." if input.facts.counts.unlabelled > 0
