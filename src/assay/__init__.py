"""Policy-as-code for machine-learning models: Python measures, Rego judges, Git remembers."""
