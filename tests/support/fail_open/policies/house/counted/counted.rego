# METADATA
# title: Denies what its facts count too often
# custom:
#   checks: [counts]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation]
#   remedy: None is needed.
package house.counted

deny contains "Some rows are bad." if input.facts.counts.bad > 0

violation contains "More rows are bad than good." if input.facts.counts.bad > input.facts.counts.good
