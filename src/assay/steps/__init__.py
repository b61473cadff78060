"""One module per page: Options and run(dossier, options) -> page."""
