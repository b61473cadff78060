"""What `assay.yaml` may say, and how it is read."""
