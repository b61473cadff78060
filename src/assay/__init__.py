"""Policy-as-code for machine-learning models: Python measures, Rego judges, Git remembers."""

DISTRIBUTION = "assay-ml"
"""The name to install; `assay` is the package and the command."""
