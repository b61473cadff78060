"""Parts of the step `plan`: the manifest that judges, check blocks, inputs, policies."""
