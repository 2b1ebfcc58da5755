"""What of a policy its tests reach: rules, limits, steps, duties, and both outcomes of each test in a condition."""
