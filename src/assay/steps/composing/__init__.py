"""What a card is composed of."""
