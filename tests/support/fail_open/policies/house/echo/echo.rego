# METADATA
# title: Says what its facts say, of any type
# custom:
#   checks: [echo]
#   effect: block
#   risks: [minimal, limited, high]
#   stages: [validation]
#   remedy: None is needed.
package house.echo

proven := input.facts.echo.proven

refuted := input.facts.echo.refuted

deny := input.facts.echo.deny

violation := input.facts.echo.violation

warn := input.facts.echo.warn

offenders := input.facts.echo.offenders
