# METADATA
# title: Says without evidence what its data say for the stage
# custom:
#   checks: [echo]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation]
#   remedy: None is needed.
package house.hollow

proven := input.facts.echo.proven

proven := data.house.hollow.said[input.stage] if not input.facts.echo
