"""
A policy's tables as productions in durable-rules: a second opinion from an engine that nobody here wrote.

The engine decides which rules match and, by the order in which it fires, which of them wins. It compares listed values,
booleans, numbers and dates. What it cannot do safely (words, regular expressions, lists, absence, negation, free text)
is read plainly outside of it (see `outside`) and handed to it as booleans.
"""

from svcrules.evaluators.rete.conditions import other_conditions
from svcrules.evaluators.rete.engine import EngineError
from svcrules.evaluators.rete.rete import Matched, Rete

__all__ = ["EngineError", "Matched", "Rete", "other_conditions"]
