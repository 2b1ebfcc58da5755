"""
A worker process: decides about its share of the tickets of a stream, in the order in which it is told of events.

What it sends back has keys that sort as the answers of a single process stand: by the number of the event; before
its answer, what falls due until then, by the place of the policy among those in use, instant and ticket.
"""

from __future__ import annotations

import gc
import pickle
import signal
import traceback
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from svcrules.caseload import Caseload
from svcrules.cli.answers import Asked, Printed
from svcrules.cli.caseloads import Caseloads, Policies
from svcrules.cli.inputs import event_of
from svcrules.cli.policy import engine_errors
from svcrules.counting import Counters
from svcrules.decide import NO_COUNTS
from svcrules.diagnostics import Finding
from svcrules.engines import EngineName
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError, parse_json
from svcrules.language.model import Policy


class Setup(NamedTuple):
    """What all workers are told first; `policy` is the one given for all events."""

    policy: Policy | None
    engine: EngineName
    asked: Asked
    timed: bool


class Unread(NamedTuple):
    """An event of the worker's share as it came in."""

    number: int
    text: bytes


class Read(NamedTuple):
    """An event of the worker's share, with the values of counting fields."""

    number: int
    event: Event
    counts: Mapping[str, int]


class Begun(NamedTuple):
    """The first event of a policy has come in, whoever decides about it: this says in which order policies stand."""

    number: int
    policy: str


class Passed(NamedTuple):
    """An event of another share has come in, or the end of the stream: what falls due until then is to be decided."""

    number: int
    until: datetime
    inclusive: bool


Task = Unread | Read | Begun | Passed
Key = tuple[int, bool] | tuple[int, bool, int, datetime, str]


class Rejected(NamedTuple):
    findings: tuple[Finding, ...]


class Failed(NamedTuple):
    """What ends all; nothing comes from this worker afterwards."""

    error: Exception


class Entry(NamedTuple):
    """`what` is an answer as it is printed, or Rejected, or Failed."""

    key: Key
    what: Printed


class Sent(NamedTuple):
    """A part of the entries for some tasks, or the last of them."""

    entries: list[Entry]
    last: bool


def of_answer(number: int) -> Key:
    return number, True


def run(tasks: Connection, answers: Connection) -> None:
    """Work until the other side closes its ends: a Setup comes first, then lists of tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started us is interrupted, too, and ends us
    gc.set_threshold(50_000)  # as in `main`
    inbox: SimpleQueue[list[Task] | None] = SimpleQueue()
    outbox = _Outbox(answers)
    try:
        setup: Setup = tasks.recv()
        # Tasks are always taken in, so that the other side never waits for us to do so while we wait for it.
        Thread(target=_receive, args=(tasks, inbox), daemon=True).start()
        _work(setup, iter(inbox.get, None), outbox)
    except _GONE:
        return


_GONE = (EOFError, BrokenPipeError, ConnectionResetError)
"""What is raised where nobody is on the other side any more."""


def _work(setup: Setup, batches: Iterator[list[Task]], outbox: _Outbox) -> None:
    share: _Share | None = None
    for batch in batches:
        try:
            with engine_errors(setup.engine):
                share = share or _Share(setup, outbox)
                share.take(batch)
        except _GONE:
            raise
        except Exception as error:
            outbox.add(of_answer(share.number if share else 0), Failed(_sendable(error)))
            outbox.send(last=True)
            deque(batches, maxlen=0)  # until the other side ends us: a process that is gone is taken for lost
            return
        outbox.send(last=True)


def _receive(tasks: Connection, inbox: SimpleQueue[list[Task] | None]) -> None:
    try:
        while True:
            inbox.put(tasks.recv())
    except (EOFError, OSError):
        inbox.put(None)


def _sendable(error: Exception) -> Exception:
    """Return the error as one that can be sent, with the place where it was raised."""
    error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


class _Outbox:
    """Sends entries in parts, so that none is large."""

    _LARGE = 200_000
    _LEAST = 1_000

    def __init__(self, answers: Connection) -> None:
        self._answers = answers
        self._entries: list[Entry] = []
        self._size = 0

    def add(self, key: Key, what: Printed) -> None:
        self._entries.append(Entry(key, what))
        self._size += len(what) if isinstance(what, str) else self._LEAST
        if self._size >= self._LARGE:
            self.send(last=False)

    def send(self, *, last: bool) -> None:
        self._answers.send(Sent(self._entries, last))
        self._entries, self._size = [], 0


class _Counted(Counters):
    """Counts that were computed elsewhere, where all events are known."""

    def __init__(self) -> None:
        self.counts: Mapping[str, int] = NO_COUNTS

    def count(self, event: Event) -> Mapping[str, int]:
        return self.counts


class _Share:
    """The tickets of this worker; `number` is that of the event that it is at."""

    def __init__(self, setup: Setup, outbox: _Outbox) -> None:
        self.number = 0
        self._outbox = outbox
        self._answer, self._printed = setup.asked.answer, setup.asked.printed
        self._counted = _Counted()
        given = Evaluator(setup.policy, setup.engine) if setup.policy is not None else None
        self._policies = Policies(given, setup.engine)
        self._caseloads = Caseloads(lambda evaluator: Caseload(evaluator, timed=setup.timed, counters=self._counted))

    def take(self, batch: list[Task]) -> None:
        for task in batch:
            match task:
                case Unread(number, text):
                    self._read(number, text)
                case Read(number, event, counts):
                    self._decide(number, event, counts)
                case Begun(number, policy):
                    self.number = number
                    self._caseloads.of(self._policies.named(policy))
                case Passed(number, until, inclusive):
                    self._due(number, until, inclusive=inclusive)

    def _read(self, number: int, text: bytes) -> None:
        self.number = number
        try:
            event = event_of(parse_json(text))
        except EventError as error:
            self._outbox.add(of_answer(number), Rejected(error.findings))
        else:
            self._decide(number, event, NO_COUNTS)

    def _decide(self, number: int, event: Event, counts: Mapping[str, int]) -> None:
        self.number = number
        self._counted.counts = counts
        try:
            caseload = self._caseloads.of(self._policies.of(event))
            self._due(number, event.time, inclusive=False)
            what = self._printed(self._answer(caseload, event))
        except EventError as error:
            what = Rejected(error.findings)
        self._outbox.add(of_answer(number), what)

    def _due(self, number: int, until: datetime, *, inclusive: bool) -> None:
        self.number = number
        for place, decision in self._caseloads.due(until, inclusive=inclusive):
            instant = datetime.fromisoformat(decision.time).astimezone(UTC)
            self._outbox.add((number, False, place, instant, decision.ticket), self._printed(decision))
