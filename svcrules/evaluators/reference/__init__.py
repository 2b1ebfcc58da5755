"""
The reference evaluator: what a policy means, read off docs/language.md. It is the specification.

Slow and obvious: no index, nothing counted up, nothing kept but the normal form of a policy's words. Whatever is asked,
the ticket is lived through anew, from the first event of its log to the last. With the program that answers fast it
shares the policy as loaded, the reading of an event's data and the arithmetic of working time, and nothing else.
"""

from svcrules.evaluators.reference.conditions import because, holds, said
from svcrules.evaluators.reference.deciding import advance, decide, next_due

__all__ = ["advance", "because", "decide", "holds", "next_due", "said"]
