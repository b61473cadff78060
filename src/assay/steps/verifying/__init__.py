"""Parts of verification: pages, plan, decision, inputs, origin of manifest and policies, renderings."""
