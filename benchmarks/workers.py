"""Worker processes that decide about their share of the tickets, and send the decisions back as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from benchmarks import ours
from svcrules import Caseload, Event


class Workers:
    """
    `count` processes with the policy loaded, each with a caseload of its own.

    What belongs together (a ticket, and the tickets that are counted with it) must go to the same one.
    """

    def __init__(self, count: int, policy: bytes) -> None:
        context = get_context("spawn")
        self._ends, self._processes = [], []
        for _ in range(count):
            mine, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, policy), daemon=True)
            process.start()
            theirs.close()
            self._ends.append(mine)
            self._processes.append(process)
        for end in self._ends:
            end.recv()  # it is ready

    def decide(self, events: Iterable[Event], key_of: Callable[[Event], str], batch: int) -> Iterator[str]:
        """Yield the decisions on the events and on what falls due, in batches of as many events."""
        shares: dict[str, int] = {}
        left = iter(events)
        while some := list(islice(left, batch)):
            given: list[list[Event]] = [[] for _ in self._ends]
            for event in some:
                # Keys are dealt out in turn, which is the same in every run; a hash of text is not.
                given[shares.setdefault(key_of(event), len(shares) % len(given))].append(event)
            for end, share in zip(self._ends, given, strict=True):
                end.send((share, some[-1].time))
            for end in self._ends:
                yield from end.recv()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for end, process in zip(self._ends, self._processes, strict=True):
            end.close()
            process.join()


def _work(end: Connection, policy: bytes) -> None:
    caseload = Caseload(ours.unpacked(policy), timed=True)
    end.send("ready")
    try:
        while True:
            events, until = end.recv()
            end.send([ours.json_line(decision) for decision in ours.decided(caseload, events, until)])
    except EOFError:
        return
