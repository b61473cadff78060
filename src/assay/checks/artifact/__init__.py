"""What the model's file is."""
