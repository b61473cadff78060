package governance.base_data_test

import data.governance.base_data

found := {"base": true, "differ": [], "lacking": {}, "unanswered": [], "trained_on": [], "judging": []}

facts(changed) := {"facts": {"base_data": object.union(found, changed)}}

test_proven_if_nothing_differs if {
	base_data.proven with input as facts({})
	not base_data.refuted with input as facts({})
	count(base_data.reasons) == 0 with input as facts({})
}

test_proven_if_the_bases_data_judge if {
	judged := facts({"differ": ["holdout"], "judging": ["holdout"]})
	base_data.proven with input as judged
	not base_data.refuted with input as judged
	count(base_data.reasons) == 1 with input as judged
}

test_refuted_by_whatever_hinders_them if {
	every changed in [
		{"lacking": {"holdout": "It could not be had."}},
		{"unanswered": ["holdout"]},
		{"trained_on": ["train and holdout"]},
	] {
		hindered := facts(object.union({"differ": ["holdout"]}, changed))
		base_data.refuted with input as hindered
		not base_data.proven with input as hindered
		count(base_data.offenders) == 1 with input as hindered
		count(base_data.reasons) == 2 with input as hindered
	}
}

test_neither_without_a_base if {
	every base in [false, null, 1, "true", []] {
		not base_data.proven with input as facts({"base": base})
		not base_data.refuted with input as facts({"base": base, "unanswered": ["holdout"]})
	}
}

test_neither_for_anything_else if {
	every field in ["differ", "lacking", "unanswered", "trained_on"] {
		every wrong in [null, false, 0, "", "holdout"] {
			not base_data.proven with input as facts({field: wrong})
			not base_data.refuted with input as facts({field: wrong})
		}
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"base_data": {}}}, {"facts": {"base_data": {"base": true}}}] {
		not base_data.proven with input as nothing
		not base_data.refuted with input as nothing
	}
}
