"""Parts of the step `collect`: the checks' questions are answered in rounds."""
