"""Texts on and beside what a policy looks for in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random

from svcrules.agreement.patterns import matching, nearly_matching
from svcrules.language.model import Test

_JOINTS = ("", " ", ", ", "。", "\n")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def text_for(wishes: Iterable[tuple[Test, bool]], random: Random) -> str:
    """Return a text that should, or should just not, pass the tests."""
    pieces = []
    for test, wanted in wishes:
        match test.operator:
            case "equal" | "one_of":
                if wanted:
                    return random.choice(values_of(test))
                pieces.append(beside(random.choice(values_of(test)), random))
            case "mentions":
                pieces.append(saying(test, random) if wanted else not_quite_saying(test, random))
            case "matches":
                pattern = str(test.operand)
                pieces.append(matching(pattern, random) if wanted else nearly_matching(pattern, random))
    random.shuffle(pieces)
    return random.choice(_JOINTS).join(pieces)


def values_of(test: Test) -> tuple[str, ...]:
    """Return the texts that the test names."""
    operand = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    return tuple(each for each in operand if isinstance(each, str))


def beside(text: str, random: Random) -> str:
    """Return a text that is nearly the same."""
    return random.choice((f"{text} ", text[:-1], f"{text}x", text.swapcase(), ""))


def saying(test: Test, random: Random) -> str:
    """Return a text in which one of the words stands, in one of the forms in which it counts."""
    return random.choice(_FORMS)(_plain(random.choice(values_of(test))))


def not_quite_saying(test: Test, random: Random) -> str:
    """Return a text in which a word nearly stands, or stands in one of the phrases that it must be apart from."""
    word = _plain(random.choice(values_of(test)))
    if test.apart_from and random.random() < 0.6:
        phrase = _plain(random.choice(test.apart_from))
        return random.choice((phrase, f"{phrase} {phrase}", f"{phrase}{word}", f"{word} {phrase}", phrase + phrase))
    return random.choice((f"{word}x", f"x{word}", f"1{word}", word[:-1], word[1:], word[::-1], f"{word}é", ""))


def _plain(word: str) -> str:
    return word[:-1].rstrip() if word.endswith("*") and word != "*" else word


# What should not matter: case and width of letters, spaces, characters that cannot be seen, what stands around.
_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str,
    str.upper,
    str.title,
    lambda word: word.translate(_FULL_WIDTH),
    lambda word: word.replace(" ", " \t\n"),
    lambda word: word.replace(" ", "\u3000"),
    lambda word: word.replace("'", "\u2019"),
    lambda word: word[:1] + "\u200b" + word[1:],
    lambda word: f"{word}!",
    lambda word: f"({word})",
    lambda word: f"{word}ing",
    lambda word: f"{word}{word}",
    lambda word: f"没{word}了",
)
