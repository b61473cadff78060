"""Signatures: keys, in-toto statements in DSSE envelopes, Sigstore bundles."""
