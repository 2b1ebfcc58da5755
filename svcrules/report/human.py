"""Findings for people at a terminal: place, message, excerpt, help, and a summary in the last line."""

from __future__ import annotations

from collections.abc import Iterable

from svcrules.codes import Severity
from svcrules.diagnostics import Finding
from svcrules.report.characters import visible
from svcrules.report.checked import Checked, plural, tally
from svcrules.report.excerpt import excerpt

# Select Graphic Rendition, ECMA-48 section 8.3.117.
_BOLD, _RED, _YELLOW, _CYAN = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[36m"
_RESET = "\x1b[0m"
_COLOURS = {Severity.ERROR: _RED, Severity.WARNING: _YELLOW}


def render(checked: Checked, *, colour: bool = False) -> str:
    paragraphs_ = (_paragraph(finding, colour) for finding in checked.findings)
    return "\n\n".join([*paragraphs_, _summary(checked)]) + "\n"


def paragraphs(findings: Iterable[Finding]) -> str:
    """Return the findings alone, without colours and without a line end at the last line."""
    return "\n\n".join(_paragraph(finding, False) for finding in findings)


def _paragraph(finding: Finding, coloured: bool) -> str:
    def styled(text: str, style: str) -> str:
        return f"{style}{text}{_RESET}" if coloured else text

    colour = _COLOURS[finding.severity]
    label = styled(f"{finding.severity} {finding.code}", colour + _BOLD)
    heading = f"{label}: {visible(finding.message)}"
    lines = [heading]
    if span := finding.span:
        place = f"{visible(span.source.name)}:{span.line}:{span.column}"
        lines = [f"{styled(place, _BOLD)}: {heading}"]
        if shown := excerpt(span):
            text, carets = shown
            number = f"{span.line:>5}"
            lines.append(f"{number} | {text}".rstrip())
            lines.append(f"{' ' * len(number)} | {styled(carets, colour)}")
    if finding.help:
        lines.append(f"  {styled('help', _CYAN)}: {visible(finding.help)}")
    return "\n".join(lines)


def _summary(checked: Checked) -> str:
    findings = checked.findings
    policies = plural(len(checked.results), "policy", "policies")
    if not findings:
        return f"{policies}: no findings"
    worst = next((finding for finding in findings if finding.is_error), findings[0])
    return f"{tally(findings)} in {policies}; see more with `svcrules explain {worst.code}`"
