"""Parts of a promotion: the dossier held, its content at the commit, the chain read, the entry written."""
