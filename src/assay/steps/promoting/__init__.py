"""Parts of the step `promote`: verify the dossier and the commit, read the chain, write the entry."""
