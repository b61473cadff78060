"""What Rego is asked, and what its answer comes to."""
