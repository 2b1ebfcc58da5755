"""What the tests of policies reach, as one page that needs nothing else: the policies' files, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from svcrules.casefile.coverage.figures import Coverage
from svcrules.casefile.coverage.points import Point
from svcrules.casefile.session import Session
from svcrules.diagnostics import Source
from svcrules.report.characters import encodable, visible
from svcrules.report.tests.coverage import missed_text, share
from svcrules.report.tests.human import failure_text
from svcrules.report.tests.outcome import Outcome

# Marks, not colours alone, tell what is reached: pages are printed, and not everybody sees the colours.
_REACHED, _PARTLY, _MISSED = ("reached", "✓"), ("partly", "◐"), ("missed", "✗")
_STYLE = """
body { font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 75rem;
  padding: 0 1rem; color: #1a1a1a; background: #fff; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.3rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .3rem; }
table { border-collapse: collapse; } .figures td, .figures th { border: 1px solid #999; padding: .3rem .7rem; }
.figures th { text-align: left; } .lines { width: 100%; font: 12px/1.45 ui-monospace, "Noto Sans Mono", monospace; }
.lines td { vertical-align: top; padding: 0 .5rem; } .lines .number { text-align: right; color: #595959; width: 3rem; }
.lines .mark { width: 1rem; } .lines .text { white-space: pre-wrap; overflow-wrap: anywhere; }
tr.reached { background: #eaf6ea; } tr.partly { background: #fdf3d8; } tr.missed { background: #fbe3e1; }
tr.note .text { font: italic 12px/1.45 system-ui, sans-serif; color: #8a1f11; padding-bottom: .3rem; }
pre { background: #f4f4f4; padding: .7rem; overflow-x: auto; white-space: pre-wrap; }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } .lines { font-size: 8pt; }
  tr { break-inside: avoid; } h2, h3 { break-after: avoid; } * { print-color-adjust: exact; } }
"""


def render(outcome: Outcome) -> str:
    return encodable("".join(f"{line}\n" for line in _page(outcome)))


def _page(outcome: Outcome) -> Iterator[str]:
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Policy tests · 策略测试</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield '<h1>Policy tests <span lang="zh">· 策略测试</span></h1>'
    yield from _figures(outcome)
    yield (
        f"<p>{_REACHED[1]} reached <span lang='zh'>· 已覆盖</span> &nbsp; {_PARTLY[1]} in part "
        f"<span lang='zh'>· 部分覆盖</span> &nbsp; {_MISSED[1]} not reached <span lang='zh'>· 未覆盖</span></p>"
    )
    for session, coverage in zip(outcome.sessions, outcome.coverages, strict=True):
        yield from _policy(session, coverage)
    yield "</body>\n</html>"


def _figures(outcome: Outcome) -> Iterator[str]:
    headings = (
        ("Policy", "策略"),
        ("Tests", "测试"),
        ("Failed", "失败"),
        ("Rules and steps", "规则与步骤"),
        ("Conditions", "条件"),
    )
    cells = "".join(f'<th>{en} <span lang="zh">· {zh}</span></th>' for en, zh in headings)
    yield f'<table class="figures">\n<tr>{cells}</tr>'
    for session, coverage in zip(outcome.sessions, outcome.coverages, strict=True):
        failed = sum(not result.passed for result in session.results)
        shares = (share(coverage.rules_and_steps), share(coverage.conditions))
        row = (visible(session.path), str(len(session.results)), str(failed), *shares)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
    yield "</table>"


def _policy(session: Session, coverage: Coverage) -> Iterator[str]:
    yield f"<h2>{escape(visible(session.path))}</h2>"
    for result in session.results:
        if not result.passed:
            yield f"<pre>{escape(failure_text(result, session.zone))}</pre>"
    by_source: dict[Source, dict[int, list[Point]]] = {}
    for point in coverage.points:
        if point.span is not None:
            by_source.setdefault(point.span.source, {}).setdefault(point.span.line, []).append(point)
    for source in sorted(by_source, key=lambda source: source.name):
        yield f'<h3>{escape(visible(source.name))}</h3>\n<table class="lines">'
        yield from _lines(source, by_source[source], coverage)
        yield "</table>"


def _lines(source: Source, points: dict[int, list[Point]], coverage: Coverage) -> Iterator[str]:
    for number, line in enumerate(source.lines, 1):
        here = points.get(number, [])
        missed = [point for point in here if point.key not in coverage.reached]
        kind, mark = _kind(len(here), len(missed))
        yield (
            f'<tr class="{kind}"><td class="number">{number}</td><td class="mark">{mark}</td>'
            f'<td class="text">{escape(visible(line))}</td></tr>'
        )
        for outcomes in _together(missed).values():
            note = escape(visible(missed_text(tuple(outcomes))))
            yield f'<tr class="note"><td></td><td></td><td class="text">{note}</td></tr>'


def _kind(points: int, missed: int) -> tuple[str, str]:
    if not points:
        return "plain", ""
    return _REACHED if not missed else _MISSED if missed == points else _PARTLY


def _together(missed: list[Point]) -> dict[str, list[Point]]:
    """Return the points by what they are about, both outcomes of a test together."""
    together: dict[str, list[Point]] = {}
    for point in missed:
        together.setdefault(point.text, []).append(point)
    return together
