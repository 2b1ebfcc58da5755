"""What changes of a policy no test notices, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from svcrules.casefile.mutate.session import Mutation
from svcrules.report.characters import visible
from svcrules.report.tests.shares import share_text


def render(mutations: Iterable[Mutation]) -> str:
    return "".join(f"{line}\n" for mutation in mutations for line in _lines(mutation))


def _lines(mutation: Mutation) -> Iterator[str]:
    share = share_text(mutation.noticed, len(mutation.fates))
    yield f"changes of {visible(mutation.path)} that the tests notice: {share}"
    for fate in mutation.survivors:
        where = visible(fate.span.place) if fate.span is not None else "-"
        yield f"  {where}: {visible(fate.text)}"
