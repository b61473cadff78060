# METADATA
# title: When a change is approved and when it is not
# description: >-
#   Approval is given if every required role is filled, by at least two persons with two accounts in two roles, nothing
#   blocks the change and nothing is in doubt. It is refused if something blocks the change, or if a role is known to be
#   unfilled. Otherwise it is neither.
package lib.approvals

given if {
	input.facts.approvals.satisfied == true
	input.facts.approvals.blocked == false
	input.facts.approvals.doubtful == false
	count(persons) > 1
	count(roles) > 1
	count(accounts) > 1
}

refused if blocked

refused if {
	input.facts.approvals.satisfied == false
	input.facts.approvals.doubtful == false
}

# Reviews were given, and could not be read.
unreadable if input.checks.approvals.outcome == "error"

blocked if input.facts.approvals.blocked == true

doubtful if input.facts.approvals.doubtful == true

persons contains filled.person if {
	is_array(input.facts.approvals.filled)
	some filled in input.facts.approvals.filled
	is_string(filled.person)
	filled.person != ""
}

roles contains filled.role if {
	is_array(input.facts.approvals.filled)
	some filled in input.facts.approvals.filled
	is_string(filled.role)
	filled.role != ""
}

accounts contains filled.id if {
	is_array(input.facts.approvals.filled)
	some filled in input.facts.approvals.filled
	is_number(filled.id)
}

unfilled contains role if {
	is_array(input.facts.approvals.unfilled)
	some role in input.facts.approvals.unfilled
	is_string(role)
}
