"""The section `clocks`: what starts, stops and pauses the time that is measured."""

from __future__ import annotations

from svcrules.language.context import Context, Item, names, text, title_of
from svcrules.language.document import Mapping, Node, Sequence
from svcrules.language.timed import Clock, OnLimitChange, OnReopen, Pause


def read_clocks(section: Node | None, context: Context) -> dict[str, Clock]:
    return {item.name: _clock(item, context) for item in context.named_items(section, ("clocks",))}


def _clock(item: Item, context: Context) -> Clock:
    node = item.value
    check_apart(node, "starts", "stops", f"both starts and stops the clock `{item.name}`", context)
    check_apart(node, "stops", "restarts", f"both stops and restarts the clock `{item.name}`", context)
    return Clock(
        item.name,
        context.events(node, "starts"),
        context.events(node, "stops"),
        tuple(_pause(pair, context) for pair in _pairs(node.get("pauses"))),
        context.events(node, "restarts"),
        OnReopen(text(node, "on_reopen") or OnReopen.STAY),
        OnLimitChange(text(node, "on_limit_change") or OnLimitChange.RECOMPUTE),
        title_of(node),
        text(node, "note"),
        context.cites(node),
        span=item.key,
    )


def _pairs(node: Node | None) -> tuple[Mapping, ...]:
    nodes = node.items if isinstance(node, Sequence) else (node,)
    return tuple(pair for pair in nodes if isinstance(pair, Mapping))


def _pause(pair: Mapping, context: Context) -> Pause:
    check_apart(pair, "from", "to", "both begins and ends a pause", context)
    return Pause(context.events(pair, "from"), context.events(pair, "to"))


def check_apart(mapping: Mapping, first: str, second: str, what: str, context: Context) -> None:
    """Report event types that stand under both keys; `what` says what each of them then does."""
    taken = {node.text for node in names(mapping, first)}
    for node in names(mapping, second):
        if node.text in taken:
            help_line = f"delete it from `{first}` or from `{second}`"
            context.report("SR328", f"`{node.text}` {what}", node.span, help_line)
