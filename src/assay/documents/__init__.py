"""Documents: JSON that people hand in, and the schemas and policies that ship with Assay."""
