package governance.bars_not_loosened_test

import data.governance.bars_not_loosened

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
	count(bars_not_loosened.reasons) == 1 with input as asked
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
