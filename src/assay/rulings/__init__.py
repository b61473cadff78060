"""The input that Rego judges, and the rulings that follow from its answers."""
