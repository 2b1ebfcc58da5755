"""Text to policy: YAML with positions, shape, names and types."""
