"""svcrules: customer-service rules as YAML policies, applied to ticket events, with the reason for every decision."""

from svcrules.decision import Decision
from svcrules.diagnostics import Finding
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError
from svcrules.language.load import PolicyError, load_policy
from svcrules.language.model import Policy

__all__ = ["Decision", "Evaluator", "Event", "EventError", "Finding", "Policy", "PolicyError", "load_policy"]
