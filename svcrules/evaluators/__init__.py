"""Policy to decision: facts from events, conditions as functions, tables, and why a condition held."""
