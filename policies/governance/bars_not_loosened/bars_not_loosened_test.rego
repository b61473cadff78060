package governance.bars_not_loosened_test

import data.governance.bars_not_loosened
import data.lib.approvals_test

facts(base, loosens, loosened) := {"facts": {"changes": {"base": base, "loosens": loosens, "loosened": loosened}}}

test_proven_if_nothing_is_loosened if {
	bars_not_loosened.proven with input as facts(true, false, [])
	not bars_not_loosened.refuted with input as facts(true, false, [])
	count(bars_not_loosened.offenders) == 0 with input as facts(true, false, [])
	count(bars_not_loosened.reasons) == 0 with input as facts(true, false, [])
}

test_refuted_if_anything_is_loosened if {
	asked := facts(true, true, ["checks.quality.bars.roc_auc", "model.risk"])
	bars_not_loosened.refuted with input as asked
	not bars_not_loosened.proven with input as asked
	bars_not_loosened.offenders == {"checks.quality.bars.roc_auc", "model.risk"} with input as asked
	count(bars_not_loosened.reasons) == 2 with input as asked
}

test_neither_without_a_base if {
	every base in [false, null, 1, "true", []] {
		not bars_not_loosened.proven with input as facts(base, false, [])
		not bars_not_loosened.refuted with input as facts(base, true, ["model.risk"])
	}
}

test_neither_if_the_list_and_the_word_differ if {
	not bars_not_loosened.proven with input as facts(true, true, [])
	not bars_not_loosened.refuted with input as facts(true, true, [])
	not bars_not_loosened.proven with input as facts(true, false, ["model.risk"])
}

test_neither_for_anything_else if {
	every loosened in [null, false, 0, "", {}, {"path": "model.risk"}] {
		not bars_not_loosened.proven with input as facts(true, false, loosened)
		not bars_not_loosened.refuted with input as facts(true, true, loosened)
	}
}

test_neither_for_missing_facts if {
	every nothing in [{}, {"facts": {}}, {"facts": {"changes": {}}}, {"facts": {"changes": {"base": true}}}] {
		not bars_not_loosened.proven with input as nothing
		not bars_not_loosened.refuted with input as nothing
	}
}

expert := approvals_test.expert

engineer := approvals_test.engineer

approved := approvals_test.approved

asked(approvals, reviewed) := {
	"checks": {"approvals": {"outcome": "measured"}},
	"facts": {
		"changes": {"base": true, "loosens": true, "loosened": ["model.risk"], "reviewed": reviewed},
		"approvals": approvals,
	},
}

test_proven_if_two_people_approved_what_loosens if {
	bars_not_loosened.proven with input as asked(approved, true)
	not bars_not_loosened.refuted with input as asked(approved, true)
	count(bars_not_loosened.offenders) == 0 with input as asked(approved, true)
	count(bars_not_loosened.reasons) == 1 with input as asked(approved, true)
}

test_refuted_if_another_commit_was_approved if {
	not bars_not_loosened.proven with input as asked(approved, false)
	bars_not_loosened.refuted with input as asked(approved, false)
	bars_not_loosened.offenders == {"model.risk"} with input as asked(approved, false)
	count(bars_not_loosened.reasons) == 2 with input as asked(approved, false)
}

test_refuted_if_a_role_did_not_approve if {
	lacking := approvals_test.lacking
	not bars_not_loosened.proven with input as asked(lacking, true)
	bars_not_loosened.refuted with input as asked(lacking, true)
	"The role ml_engineer has no approval that counts." in bars_not_loosened.reasons with input as asked(lacking, true)
}

test_refuted_if_something_blocks if {
	blocked := object.union(approved, {"blocked": true})
	not bars_not_loosened.proven with input as asked(blocked, true)
	bars_not_loosened.refuted with input as asked(blocked, true)
	count(bars_not_loosened.reasons) == 2 with input as asked(blocked, true)
}

test_neither_in_doubt if {
	every satisfied in [true, false] {
		doubtful := object.union(approved, {"doubtful": true, "satisfied": satisfied})
		not bars_not_loosened.proven with input as asked(doubtful, true)
		not bars_not_loosened.refuted with input as asked(doubtful, true)
		bars_not_loosened.offenders == {"model.risk"} with input as asked(doubtful, true)
		count(bars_not_loosened.reasons) == 2 with input as asked(doubtful, true)
	}
}

test_neither_if_the_reviews_cannot_be_read if {
	unread := {
		"checks": {"approvals": {"outcome": "error"}},
		"facts": {"changes": {"base": true, "loosens": true, "loosened": ["model.risk"], "reviewed": false}},
	}
	not bars_not_loosened.proven with input as unread
	not bars_not_loosened.refuted with input as unread
	count(bars_not_loosened.reasons) == 2 with input as unread
}

test_one_person_or_wrong_types_approve_nothing if {
	every filled in [null, {}, [], [expert], [expert, expert], [expert, object.union(engineer, {"person": "#2"})]] {
		not bars_not_loosened.proven with input as asked(object.union(approved, {"filled": filled}), true)
	}
	every wrong in [null, 1, "true", [true], {}] {
		not bars_not_loosened.proven with input as asked(approved, wrong)
		not bars_not_loosened.proven with input as asked(wrong, true)
	}
}

# Approvals prove nothing where nothing was compared, and no list that says two things.
test_approvals_alone_prove_nothing if {
	not bars_not_loosened.proven with input as {"facts": {"approvals": approved}}
	every changes in [{"base": false}, {"loosens": false}, {"loosened": []}, {"loosened": null}] {
		odd := object.union(asked(approved, true), {"facts": {"changes": changes}})
		not bars_not_loosened.proven with input as odd
	}
}
