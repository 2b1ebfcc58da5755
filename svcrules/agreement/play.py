"""Play a history through one engine, step by step."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from svcrules.agreement.model import Move, Told
from svcrules.decision import Decision, to_json
from svcrules.engines import Engine
from svcrules.events import EventError
from svcrules.state import State


class Outcome(NamedTuple):
    """
    What an engine made of a step: its decisions, the state after it, and when something falls due next.

    `refused` says why the event was rejected, `raised` what the engine raised that no engine should.
    """

    decisions: tuple[Decision, ...] = ()
    state: State | None = None
    next_due: datetime | None = None
    refused: tuple[str, ...] = ()
    raised: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON values."""
        return {
            "decisions": [decision.to_dict() for decision in self.decisions],
            "state": self.state.to_dict() if self.state is not None else None,
            "next_due": self.next_due.isoformat() if self.next_due is not None else None,
            "refused": list(self.refused),
            "raised": self.raised,
        }

    def to_json(self) -> str:
        """Return all of it on one line; equal outcomes give equal lines, byte for byte."""
        return to_json(self.to_dict())


class Player:
    """An engine in the midst of a history."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._state: State | None = None

    def take(self, move: Move, *, look: bool = True) -> Outcome:
        """Return what the engine makes of the next step; when something falls due next only if it is to `look`."""
        try:
            return self._taken(move, look)
        except EventError as error:
            return Outcome(state=self._state, refused=tuple(map(str, error.findings)))
        except Exception as error:
            # Whatever it is, it belongs into the report, with the history that led to it.
            return Outcome(state=self._state, raised=f"{type(error).__name__}: {error}")

    def _taken(self, move: Move, look: bool) -> Outcome:
        decisions: tuple[Decision, ...]
        if isinstance(move, Told):
            self._state, decision = self._engine.decide(self._state, move.event, move.counts)
            decisions = (decision,)
        elif self._state is None:
            return Outcome()
        else:
            self._state, decisions = self._engine.advance(self._state, move.until)
        return Outcome(decisions, self._state, self._engine.next_due(self._state) if look else None)
