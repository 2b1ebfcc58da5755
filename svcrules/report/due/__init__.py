"""How a deadline comes about, for reading and as JSON."""
