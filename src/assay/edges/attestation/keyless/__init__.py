"""Keyless signatures: a certificate of minutes that names who signed, and a log that says when (Sigstore)."""
