"""
The engine: productions of one ruleset of durable-rules, behind the guards that version 2.0.28 needs.

It is handed facts that it can bear (see `columns`) and productions within its limits (see `network`). What is left to
guard is here: a single ruleset with a single state, one fact at a time, which is retracted before the next; a bound on
what may fire; and after any error the engine is thrown away. It runs no actions: the package's own loop would swallow
what they raise into the state, so the engine only names what fires, and whatever goes wrong here is raised here.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from threading import Lock
from typing import Any
from weakref import finalize

from svcrules.diagnostics import shorten

_SID = "0"
"""The only state: the engine tells states apart by a 32-bit hash, and crashes with more than 1,024."""
_START = "start"
"""The kind of the first fact, and the production of our own that fires for it."""


class EngineError(Exception):
    """What the engine cannot do; `help` says what to do about it."""

    def __init__(self, message: str, help: str) -> None:  # noqa: A002 # as in Finding
        super().__init__(message)
        self.help = help


class Engine:
    """
    A ruleset, set up anew after an error. It may be shared between threads: one fact at a time.

    A production is its pattern in the engine's notation, by name; they fire in the order in which they stand here.
    """

    def __init__(self, productions: Mapping[str, Any]) -> None:
        self._durable, self._native = _modules()
        self._definition = {
            name: {"pri": place, "run": None, "all": [{"m": pattern}]}
            for place, (name, pattern) in enumerate({**productions, _START: {"kind": _START}}.items())
        }
        self._lock = Lock()
        self._ruleset: Any = None
        self._delete: finalize[..., Engine] | None = None
        self.fired(_START, {})

    def fired(self, kind: str, columns: Mapping[str, Any]) -> list[str]:
        """
        Return the names of the productions that fire for a fact of this kind, in their order.

        Raises EngineError if the engine fails; for the next fact there is a new one.
        """
        with self._lock:
            try:
                if self._ruleset is None:
                    self._set_up()
                return self._match(self._ruleset, kind, columns)
            except BaseException as error:
                self._throw_away()
                if isinstance(error, self._native.error | self._durable.MessageObservedException):
                    raise _failed(getattr(error, "message", str(error))) from error
                raise

    def close(self) -> None:
        """Give the engine's memory back; a later fact sets it up again."""
        with self._lock:
            self._throw_away()

    def _match(self, ruleset: Any, kind: str, columns: Mapping[str, Any]) -> list[str]:
        try:
            state = ruleset.assert_fact({"id": kind, "sid": _SID, "kind": kind, **columns})
        except self._durable.MessageNotHandledException:
            return []  # nothing matches, and of such a fact nothing is kept
        names: list[str] = []
        started = self._native.start_action_for_state(ruleset._handle, state)
        message = started[1] if started else None
        while message:
            names.append(message.split('"', 2)[1])  # {"p12":{"m":{...}}}
            if len(names) > len(self._definition):
                raise _failed(f"more fires than the {len(self._definition)} productions that there are")
            message = self._native.complete_and_start_action(ruleset._handle, state)
        ruleset.retract_fact({"id": kind, "sid": _SID})
        return names

    def _set_up(self) -> None:
        # The package changes what it is handed.
        definition = {name: dict(production) for name, production in self._definition.items()}
        ruleset = self._durable.Ruleset("rete", None, definition)
        try:
            # A state must not be deleted before something has fired in it: a pointer to free would be uninitialised.
            self._match(ruleset, _START, {})
        except BaseException:
            self._native.delete_ruleset(ruleset._handle)
            raise
        self._ruleset = ruleset
        self._delete = finalize(self, _delete, self._native, ruleset._handle)
        self._delete.atexit = False

    def _throw_away(self) -> None:
        self._ruleset = None
        if self._delete is not None:
            self._delete()


def _modules() -> tuple[Any, Any]:
    try:
        return import_module("durable.engine"), import_module("durable_rules_engine")
    except ImportError as error:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        if sys.version_info[:2] >= (3, 13):
            message = f"the engine `rete` needs the package durable-rules, which does not run on Python {version}"
            advice = "run `pip install durable-rules` with Python 3.11 or 3.12, or use the engine `program`"
        else:
            message = "the engine `rete` needs the package durable-rules, which is not installed"
            advice = "run `pip install durable-rules`; it needs a C compiler and Python below 3.13"
        raise EngineError(message, advice) from error


def _delete(native: Any, handle: int) -> None:
    native.delete_state(handle, _SID)
    native.delete_ruleset(handle)


def _failed(what: str) -> EngineError:
    return EngineError(
        f"durable-rules failed: {shorten(what, 200)}",
        "decide this ticket with the engine `program`; for the next one durable-rules is set up anew",
    )
