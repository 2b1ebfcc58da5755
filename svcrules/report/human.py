"""Findings for people at a terminal: place, message, excerpt, help, and a summary in the last line."""

from __future__ import annotations

from collections.abc import Iterable

import click

from svcrules.codes import Severity
from svcrules.diagnostics import Finding
from svcrules.report.characters import visible
from svcrules.report.checked import Checked, plural, tally
from svcrules.report.excerpt import excerpt

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def render(checked: Checked, *, colour: bool = False) -> str:
    text = "\n\n".join([*map(_paragraph, checked.findings), _summary(checked)]) + "\n"
    return text if colour else click.unstyle(text)


def paragraphs(findings: Iterable[Finding]) -> str:
    """Return the findings alone, without colours and without a line end at the last line."""
    return click.unstyle("\n\n".join(map(_paragraph, findings)))


def _paragraph(finding: Finding) -> str:
    colour = _COLOURS[finding.severity]
    label = click.style(f"{finding.severity} {finding.code}", fg=colour, bold=True)
    heading = f"{label}: {visible(finding.message)}"
    lines = [heading]
    if span := finding.span:
        place = f"{visible(span.source.name)}:{span.line}:{span.column}"
        lines = [f"{click.style(place, bold=True)}: {heading}"]
        if shown := excerpt(span):
            text, carets = shown
            number = f"{span.line:>5}"
            lines.append(f"{number} | {text}".rstrip())
            lines.append(f"{' ' * len(number)} | {click.style(carets, fg=colour)}")
    if finding.help:
        lines.append(f"  {click.style('help', fg='cyan')}: {visible(finding.help)}")
    return "\n".join(lines)


def _summary(checked: Checked) -> str:
    findings = checked.findings
    policies = plural(len(checked.results), "policy", "policies")
    if not findings:
        return f"{policies}: no findings"
    worst = next((finding for finding in findings if finding.is_error), findings[0])
    return f"{tally(findings)} in {policies}; see more with `svcrules explain {worst.code}`"
