"""
Workers: processes that share the tickets of a stream, and answers in the very order that one process gives.

A ticket always goes to the same worker. This side does what must be done in one place, and no more: it finds out which
ticket an event is of, counts for counting fields, and says which time has passed where that is asked for.
"""

from __future__ import annotations

import re
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from heapq import merge
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from operator import itemgetter
from types import TracebackType
from typing import Self
from zlib import crc32

from svcrules.cli.answers import Printed
from svcrules.cli.caseloads import Policies
from svcrules.cli.inputs import Line
from svcrules.cli.main import EXIT_INTERNAL
from svcrules.cli.unable import Unable
from svcrules.cli.worker import Begun, Entry, Failed, Passed, Read, Rejected, Sent, Setup, Task, Unread, of_answer, run
from svcrules.counting import Counters
from svcrules.diagnostics import Finding
from svcrules.evaluator import Evaluator
from svcrules.events import Event, EventError

_ROUND_EVENTS = 500
_ROUND_BYTES = 1_000_000
# So much is on its way at most, lest memory grow with the stream: rounds told to the workers, and parts of the answers
# of each that have been taken in.
_ROUNDS_AHEAD = 4
_SENT_AHEAD = 16
_COLLECT_EVERY = 32
_PATIENCE_SECONDS = 10


class WorkerLost(Unable):
    """A process that has ended before it was told to."""

    exit_code = EXIT_INTERNAL


@dataclass(slots=True)
class _Round:
    """Events that are told to the workers together: the lines by number, and what is known without the workers."""

    batches: list[list[Task]]
    lines: dict[int, Line] = field(default_factory=dict)
    known: list[Entry] = field(default_factory=list)
    size: int = 0


@dataclass(slots=True)
class _Worker:
    """A process with our ends of the pipes to it, and what has come from it that was not needed yet."""

    process: BaseProcess
    tasks: Connection
    answers: Connection
    received: deque[Sent] = field(default_factory=deque)


class Workers:
    """
    `count` processes at work; `add` is called with each answer, `reject` with each line rejected, in order.

    To be used as a context, which starts the processes and ends them. Raises what a single process would raise, or
    `WorkerLost`.
    """

    def __init__(
        self,
        count: int,
        setup: Setup,
        policies: Policies,
        add: Callable[[Printed], None],
        reject: Callable[[Line, tuple[Finding, ...]], None],
    ) -> None:
        self._count = count
        self._setup = setup
        self._add = add
        self._reject = reject
        self._reader = _Reader(setup, policies)
        self._workers: list[_Worker] = []
        self._number = 0
        self._round = self._new_round()
        self._rounds: deque[_Round] = deque()
        self._broken = False

    def decide(self, lines: Iterable[Line], until: datetime | None) -> None:
        """Decide about the events, and about what falls due afterwards until then."""
        try:
            for line in lines:
                self._take(line)
        except Exception:
            if not self._broken:
                self.settle()  # what came before is not lost
            raise
        if until is not None:
            self._number += 1
            self._tell_all(Passed(self._number, until.astimezone(UTC), inclusive=True))
            self._send()
        self.settle()

    def settle(self) -> None:
        """Wait for all answers to the events that have come in."""
        if self._round.lines:
            self._send()
        while self._rounds:
            self._settle_first()

    def __enter__(self) -> Self:
        context = get_context("spawn")  # the only way that is safe everywhere, whatever has been started before
        with _uninterrupted():
            for _ in range(self._count):
                their_tasks, tasks = context.Pipe(duplex=False)
                answers, their_answers = context.Pipe(duplex=False)
                process = context.Process(target=run, args=(their_tasks, their_answers), daemon=True)
                process.start()
                their_tasks.close()
                their_answers.close()
                self._workers.append(_Worker(process, tasks, answers))
        for worker in self._workers:
            self._send_to(worker, self._setup)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._workers:
            worker.tasks.close()
            worker.answers.close()
            if kind is not None:
                worker.process.terminate()
        for worker in self._workers:
            worker.process.join(_PATIENCE_SECONDS)
            if worker.process.exitcode is None:
                worker.process.kill()
                worker.process.join()

    def _take(self, line: Line) -> None:
        self._number += 1
        number, current = self._number, self._round
        current.lines[number] = line
        current.size += len(line.text)
        ticket = self._reader.glance(line)
        if ticket is not None:
            current.batches[self._share_of(ticket)].append(Unread(number, line.text))
        else:
            self._take_read(number, line)
        if len(current.lines) >= _ROUND_EVENTS or current.size >= _ROUND_BYTES:
            self._send()
            if len(self._rounds) >= _ROUNDS_AHEAD:
                self._settle_first()
        elif number % _COLLECT_EVERY == 0:
            self._collect(self._greedy(), 0)  # lest workers wait for us

    def _take_read(self, number: int, line: Line) -> None:
        try:
            event, counts, begun = self._reader.read(line)
        except EventError as error:
            self._round.known.append(Entry(of_answer(number), Rejected(error.findings)))
            return
        if begun is not None:
            self._tell_all(Begun(number, begun))
        chosen = self._share_of(event.subject.encode())
        self._round.batches[chosen].append(Read(number, event, counts))
        if self._setup.timed:
            passed = Passed(number, event.time.astimezone(UTC), inclusive=False)
            for index, batch in enumerate(self._round.batches):
                if index != chosen:
                    batch.append(passed)

    def _share_of(self, ticket: bytes) -> int:
        return crc32(ticket) % self._count

    def _tell_all(self, task: Task) -> None:
        for batch in self._round.batches:
            batch.append(task)

    def _new_round(self) -> _Round:
        return _Round([[] for _ in range(self._count)])

    def _send(self) -> None:
        for worker, batch in zip(self._workers, self._round.batches, strict=True):
            self._send_to(worker, batch)
        self._rounds.append(self._round)
        self._round = self._new_round()

    def _send_to(self, worker: _Worker, what: Setup | list[Task]) -> None:
        try:
            worker.tasks.send(what)
        except OSError:
            self._broken = True
            raise _lost(worker) from None

    def _settle_first(self) -> None:
        current = self._rounds.popleft()
        self._broken = True  # unless all goes well: then there is an order no more
        for entry in merge(current.known, *map(self._entries, self._workers), key=itemgetter(0)):
            what = entry.what
            if isinstance(what, Rejected):
                self._reject(current.lines[entry.key[0]], what.findings)
            elif isinstance(what, Failed):
                raise what.error
            else:
                self._add(what)
        self._broken = False

    def _entries(self, worker: _Worker) -> Iterator[Entry]:
        """Yield what the worker has to say of the round."""
        last = False
        while not last:
            while not worker.received:
                self._collect([worker, *self._greedy()], None)
            entries, last = worker.received.popleft()
            yield from entries

    def _greedy(self) -> list[_Worker]:
        """Return the workers of which not too much is kept here already."""
        return [worker for worker in self._workers if len(worker.received) < _SENT_AHEAD]

    def _collect(self, workers: Iterable[_Worker], seconds: float | None) -> None:
        """Take in what the workers have sent, after waiting for something if need be."""
        of = {worker.answers: worker for worker in workers}
        for answers in wait(of, seconds):
            assert isinstance(answers, Connection)
            try:
                of[answers].received.append(answers.recv())
            except (EOFError, OSError):
                self._broken = True
                raise _lost(of[answers]) from None


class _Reader:
    """Finds out of events what cannot be left to a worker."""

    def __init__(self, setup: Setup, policies: Policies) -> None:
        self._timed = setup.timed
        self._counts = setup.policy is None or any(field.counted for field in setup.policy.fields.values())
        self._policies = policies
        self._counters: dict[Evaluator, Counters] = {}

    def glance(self, line: Line) -> bytes | None:
        """Return the ticket that the event is of; None where it must be read, to say so or for more."""
        if self._timed or line.parsed is not None or (self._counts and b'"created"' in line.text):
            return None
        return ticket_in(line.text)

    def read(self, line: Line) -> tuple[Event, Mapping[str, int], str | None]:
        """
        Return the event, the values of counting fields, and the policy that it names if it is the first to do so.

        Raises `EventError` as a worker would that is told of it.
        """
        event = line.event()
        evaluator = self._policies.of(event)
        counters = self._counters.get(evaluator)
        begun = event.policy if counters is None and self._policies.given is None else None
        if counters is None:
            counters = self._counters[evaluator] = Counters(evaluator.program)
        return event, counters.count(event), begun


def ticket_in(text: bytes) -> bytes | None:
    """
    Return the ticket that the JSON is about, if it is an event: whether it is one is not looked at.

    None where `subject` stands in several places, or may be written with escapes.
    """
    # An ASCII letter as an escape begins with \u00.
    if b"\\u00" in text or text.count(b'"subject"') != 1:
        return None
    found = _SUBJECT.search(text)
    return found[1] if found else None


_SUBJECT = re.compile(rb'"subject"\s*:\s*"([^"\\]+)"')


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let processes that are started here pass over Ctrl-C, from the first moment."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _lost(worker: _Worker) -> Unable:
    worker.process.join(_PATIENCE_SECONDS)
    code = worker.process.exitcode
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"ended with exit code {code}"
    help_line = "what is printed is complete up to there; if memory was short, use fewer workers"
    return WorkerLost(f"a worker process {how}", help_line)
