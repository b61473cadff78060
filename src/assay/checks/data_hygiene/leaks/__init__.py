"""Proofs that columns give the label away: what no honest column does, whatever its strength."""
