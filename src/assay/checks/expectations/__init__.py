"""What the block of behaviour tests may say."""
