"""Parts of the step `decide`: the engine's options and the judgement."""
