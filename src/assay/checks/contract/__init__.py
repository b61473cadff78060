"""What the block of a data contract may say."""
