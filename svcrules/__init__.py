"""svcrules: customer-service rules as YAML policies, applied to ticket events, with the reason for every decision."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from svcrules.caseload import Caseload
    from svcrules.counting import Counters
    from svcrules.decision import Decision
    from svcrules.diagnostics import Finding
    from svcrules.evaluator import Evaluator
    from svcrules.events import Event, EventError
    from svcrules.language.load import PolicyError, load_policy
    from svcrules.language.model import Policy
    from svcrules.state import State, StateError

__all__ = [
    "Caseload",
    "Counters",
    "Decision",
    "Evaluator",
    "Event",
    "EventError",
    "Finding",
    "Policy",
    "PolicyError",
    "State",
    "StateError",
    "load_policy",
]

_HOMES = {
    "Caseload": "svcrules.caseload",
    "Counters": "svcrules.counting",
    "Decision": "svcrules.decision",
    "Evaluator": "svcrules.evaluator",
    "Event": "svcrules.events",
    "EventError": "svcrules.events",
    "Finding": "svcrules.diagnostics",
    "Policy": "svcrules.language.model",
    "PolicyError": "svcrules.language.load",
    "State": "svcrules.state",
    "StateError": "svcrules.state",
    "load_policy": "svcrules.language.load",
}


def __getattr__(name: str) -> Any:
    # Every command imports this package first, so it must not pull in all the others: `svcrules --help` is to be quick.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
