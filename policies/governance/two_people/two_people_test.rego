package governance.two_people_test

import data.governance.two_people
import data.lib.approvals_test

test_rules_on_its_approvals[name] if {
	some name, case in approvals_test.cases
	object.remove(two_people, {"reasons"}) == case.ruling with input as case.input
}

test_nothing_is_said_of_what_is_approved if {
	count(two_people.reasons) == 0 with input.facts.approvals as approvals_test.approved
}

test_it_is_said_that_a_role_is_not_filled if {
	count(two_people.reasons) == 1 with input.facts.approvals as approvals_test.lacking
}

test_it_is_said_that_something_blocks if {
	every doubtful in [true, false] {
		blocked := object.union(approvals_test.approved, {"blocked": true, "doubtful": doubtful})
		count(two_people.reasons) > 0 with input.facts.approvals as blocked
	}
}

test_it_is_said_that_something_is_in_doubt if {
	every satisfied in [true, false] {
		doubtful := object.union(approvals_test.approved, {"doubtful": true, "satisfied": satisfied})
		count(two_people.reasons) > 0 with input.facts.approvals as doubtful
	}
}
