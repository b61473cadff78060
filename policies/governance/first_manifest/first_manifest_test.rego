package governance.first_manifest_test

import data.governance.first_manifest
import data.lib.approvals_test

test_rules_on_its_approvals[name] if {
	some name, case in approvals_test.cases
	object.remove(first_manifest, {"reasons"}) == case.ruling with input as case.input
}

test_nothing_is_said_of_what_is_approved if {
	count(first_manifest.reasons) == 0 with input.facts.approvals as approvals_test.approved
}

test_it_is_said_that_a_role_is_not_filled if {
	count(first_manifest.reasons) == 1 with input.facts.approvals as approvals_test.lacking
}
