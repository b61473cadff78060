"""Parts of the step `predict`: answers of the model, of files, or of another run."""
