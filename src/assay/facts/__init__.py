"""The values of facts, and the parts that every check is made of."""
