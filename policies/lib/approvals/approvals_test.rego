package lib.approvals_test

import data.lib.approvals

expert := {"role": "domain_expert", "person": "#2", "id": 2, "login": "ada"}

engineer := {"role": "ml_engineer", "person": "#3", "id": 3, "login": "grace"}

approved := {
	"satisfied": true,
	"blocked": false,
	"doubtful": false,
	"filled": [expert, engineer],
	"unfilled": [],
}

lacking := object.union(approved, {"satisfied": false, "filled": [expert], "unfilled": ["ml_engineer"]})

# Approvals, and what a policy that takes its three rules from the library says about each; its own test asks the same.
cases["two people in two roles"] := ruling_on(approved, {"proven": true, "offenders": set()})

cases["a role is not filled"] := ruling_on(lacking, {"refuted": true, "offenders": {"ml_engineer"}})

cases["what is unfilled is no text"] := ruling_on(
	object.union(lacking, {"unfilled": ["ml_engineer", 3]}),
	{"refuted": true, "offenders": {"ml_engineer"}},
)

cases["what is unfilled is an object"] := ruling_on(
	object.union(lacking, {"unfilled": {"a": "ml_engineer"}}),
	refuted,
)

cases[name] := ruling_on(object.union(approved, {"blocked": true, "doubtful": doubtful}), refuted) if {
	some doubtful in [true, false]
	name := sprintf("something blocks; in doubt: %v", [doubtful])
}

cases[name] := ruling_on(object.union(approved, {"doubtful": true, "satisfied": satisfied}), neither) if {
	some satisfied in [true, false]
	name := sprintf("in doubt; every role filled: %v", [satisfied])
}

# Whatever is satisfied: one person in both roles is one (B6), and so is one with two accounts (B7).
cases[name] := ruling_on(object.union(approved, {"filled": filled}), neither) if {
	some name, filled in {
		"nobody": [],
		"two people in an object": {"a": expert, "b": engineer},
		"one person": [expert],
		"one person, listed twice": [expert, expert],
		"one person in two roles with two accounts": [expert, object.union(engineer, {"person": "#2"})],
		"one account of two people": [expert, object.union(engineer, {"id": 2})],
		"one role of two people": [expert, object.union(engineer, {"role": "domain_expert"})],
	}
}

cases[name] := ruling_on(object.union(approved, {"filled": [expert, nameless]}), neither) if {
	some field, wrongs in {"person": no_text, "role": no_text, "id": [null, "", "3", [], {}]}
	some wrong in wrongs
	nameless := object.union(engineer, {field: wrong})
	name := sprintf("the %s of one is %s", [field, json.marshal(wrong)])
}

cases[name] := ruling_on(object.union(approved, {field: wrong}), neither) if {
	some field in ["satisfied", "blocked", "doubtful", "filled"]
	some wrong in [null, "true", "false", 1, 0, [true], {}]
	name := sprintf("`%s` is %s", [field, json.marshal(wrong)])
}

cases[name] := {"input": nothing, "ruling": neither} if {
	some nothing in [{}, {"facts": {}}, {"facts": {"approvals": {}}}, {"facts": {"approvals": null}}]
	name := sprintf("there is only %s", [json.marshal(nothing)])
}

no_text := [null, "", 3, [], {}]

ruling_on(found, ruling) := {"input": {"facts": {"approvals": found}}, "ruling": ruling}

refuted := {"refuted": true, "offenders": set()}

neither := {"offenders": set()}

rule_of := {"given": "proven", "refused": "refuted", "unfilled": "offenders"}

test_rules_on_approvals[name] if {
	some name, case in cases
	ruling := {rule_of[rule]: value | some rule, value in approvals} with input as case.input
	ruling == case.ruling
}
