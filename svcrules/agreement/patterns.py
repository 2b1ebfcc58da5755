"""Texts that match a regular expression, or just do not, as far as simple expressions go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

_MOST_REPEATED = 2
_CLASSES = {"d": "0123456789", "w": "abcXYZ019_", "s": " \t", "D": "a -", "W": " -。", "S": "a1漏"}
_SOME = "abz019 漏-"
_REPEATS = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]*\)")
_GROUP_HEAD = re.compile(r"\((\?(:|P?<[^>]*>|[a-zA-Z-]*:))?")


class _TooHard(Exception):  # noqa: N818 - the caller goes another way
    pass


def matching(pattern: str, random: Random) -> str:
    """Return a text that should match the RE2 expression; where it is too hard, the letters that stand in it."""
    try:
        sampler = _Sampler(_FLAGS.sub("", pattern), random)
        text = sampler.alternatives()
        return text if sampler.at_end else "".join(re.findall(r"\w+", pattern))
    except (_TooHard, IndexError):
        return "".join(re.findall(r"\w+", pattern))


def nearly_matching(pattern: str, random: Random) -> str:
    """Return such a text with one character less, more or other."""
    text = matching(pattern, random)
    place = random.randrange(len(text) + 1)
    return random.choice(
        (
            text[:place] + text[place + 1 :],
            text[:place] + random.choice(_SOME) + text[place:],
            text[:place] + random.choice(_SOME) + text[place + 1 :],
            random.choice(_SOME) + text,
            text.swapcase(),
            "",
        )
    )


@dataclass(slots=True)
class _Sampler:
    """Reads the expression from left to right and makes up a text on the way."""

    pattern: str
    random: Random
    place: int = 0

    @property
    def at_end(self) -> bool:
        return self.place == len(self.pattern)

    def alternatives(self) -> str:
        texts = [self._sequence()]
        while self._next("|"):
            texts.append(self._sequence())
        return self.random.choice(texts)

    def _sequence(self) -> str:
        texts = []
        while not self.at_end and self.pattern[self.place] not in "|)":
            begins = self.place
            once = self._item()
            ends = self.place
            low, high = self._times()
            after = self.place
            for number in range(self.random.randint(low, high)):
                self.place = begins
                texts.append(once if number == 0 else self._item())
            self.place = max(ends, after)
        return "".join(texts)

    def _item(self) -> str:
        head = _GROUP_HEAD.match(self.pattern, self.place)
        if head:
            self.place = head.end()
            text = self.alternatives()
            if not self._next(")"):
                raise _TooHard
            return text
        character = self.pattern[self.place]
        self.place += 1
        match character:
            case "[":
                return self._one_of()
            case "\\":
                return self._escaped()
            case ".":
                return self.random.choice(_SOME)
            case "^" | "$":
                return ""
        return character

    def _escaped(self) -> str:
        letter = self.pattern[self.place]
        self.place += 1
        if letter in _CLASSES:
            return self.random.choice(_CLASSES[letter])
        if letter in "bBAz":
            return ""
        if letter.isalnum():
            return {"n": "\n", "t": "\t", "r": "\r"}.get(letter, "")
        return letter

    def _one_of(self) -> str:
        negated = self._next("^")
        characters = ""
        while not self._next("]") or not characters:
            characters += self._range()
        if not negated:
            return self.random.choice(characters)
        return self.random.choice([one for one in _SOME if one not in characters] or ["\x7f"])

    def _range(self) -> str:
        first = self._of_class()
        if len(first) == 1 and self.pattern[self.place] == "-" and self.pattern[self.place + 1] != "]":
            self.place += 1
            last = self._of_class()
            between = chr((ord(first) + ord(last)) // 2)
            return first + between + last
        return first

    def _of_class(self) -> str:
        character = self.pattern[self.place]
        self.place += 1
        if character == "[" and self.pattern[self.place] == ":":
            raise _TooHard
        if character == "\\":
            letter = self.pattern[self.place]
            self.place += 1
            return _CLASSES.get(letter, letter)
        return character

    def _times(self) -> tuple[int, int]:
        """Return the least and the most that the repetition sign at the place allows, and pass over it."""
        low, high = 1, 1
        if self.at_end:
            return low, high
        if repeats := _REPEATS.match(self.pattern, self.place):
            self.place = repeats.end()
            low = int(repeats[1])
            high = low if repeats[2] is None else int(repeats[3] or low + _MOST_REPEATED)
        elif (sign := self.pattern[self.place]) in "?*+":
            self.place += 1
            low, high = {"?": (0, 1), "*": (0, _MOST_REPEATED), "+": (1, 1 + _MOST_REPEATED)}[sign]
        else:
            return low, high
        self._next("?")
        return low, high

    def _next(self, sign: str) -> bool:
        """Pass over the sign if it comes next."""
        found = self.pattern.startswith(sign, self.place)
        self.place += found
        return found
