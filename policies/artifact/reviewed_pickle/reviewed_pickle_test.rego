package artifact.reviewed_pickle_test

import data.artifact.reviewed_pickle

reading := {"read": true, "why": "", "names": 12, "outside": [], "added": [], "pinned": true}

ada := {"role": "domain_expert", "person": "ada", "id": 1}

grace := {"role": "ml_engineer", "person": "grace", "id": 2}

given := {"satisfied": true, "blocked": false, "doubtful": false, "filled": [ada, grace], "unfilled": []}

found(pickle, approvals) := {"facts": {
	"artifact": {"executes": "listed_names", "pickle": object.union(reading, pickle)},
	"approvals": object.union(given, approvals),
}}

test_proven_for_a_read_pinned_and_approved_pickle if {
	reviewed_pickle.proven with input as found({}, {})
	not reviewed_pickle.refuted with input as found({}, {})
	reviewed_pickle.reasons == {"All names that the file asks for are on the list."} with input as found({}, {})
}

test_names_that_the_manifest_adds_are_told if {
	asked := found({"added": ["b.C", "a.B"]}, {})
	reviewed_pickle.proven with input as asked
	reviewed_pickle.reasons == {"The manifest adds to the list of names: a.B, b.C."} with input as asked
}

test_refuted_for_each_lack if {
	every asked in [
		found({"read": false, "why": "It is damaged."}, {}),
		found({"outside": ["os.system"]}, {}),
		found({"pinned": false}, {}),
		found({}, {"satisfied": false, "unfilled": ["ml_engineer"], "filled": [ada]}),
		found({}, {"blocked": true}),
		{"facts": {"artifact": {"executes": "listed_names", "pickle": reading}}},
	] {
		not reviewed_pickle.proven with input as asked
		reviewed_pickle.refuted with input as asked
		count(reviewed_pickle.reasons) > 0 with input as asked
	}
}

test_names_that_nothing_vouches_for_are_the_offenders if {
	asked := found({"outside": ["os.system", "b.C"]}, {})
	reviewed_pickle.offenders == {"os.system", "b.C"} with input as asked
	"Of the 12 names that the file asks for, nothing vouches for 2." in reviewed_pickle.reasons with input as asked
}

test_one_person_is_not_two if {
	asked := found({}, {"filled": [ada, object.union(grace, {"person": "ada"})]})
	not reviewed_pickle.proven with input as asked
}

test_neither_where_the_reviews_are_in_doubt_or_unreadable if {
	unreadable := {
		"checks": {"approvals": {"outcome": "error"}},
		"facts": {"artifact": {"executes": "listed_names", "pickle": reading}},
	}
	every asked in [found({}, {"doubtful": true}), unreadable] {
		not reviewed_pickle.proven with input as asked
		not reviewed_pickle.refuted with input as asked
		count(reviewed_pickle.reasons) == 1 with input as asked
	}
}

test_neither_for_missing_or_malformed_facts if {
	odd := [
		{}, {"facts": {}}, {"facts": {"artifact": {}}},
		{"facts": {"artifact": {"executes": "listed_names", "pickle": null}, "approvals": given}},
		{"facts": {"artifact": {"executes": "arbitrary_code", "pickle": reading}, "approvals": given}},
		found({"read": "true"}, {}), found({"outside": null}, {}), found({"pinned": "true"}, {}),
	]
	every asked in odd {
		not reviewed_pickle.proven with input as asked
	}
}
