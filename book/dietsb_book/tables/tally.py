"""The words of verdicts: each with its sign, and how many claims have it."""

from __future__ import annotations

from collections import Counter

from dietsb_book.escape import html
from dietsb_core.evidence.statistics import Verdict
from dietsb_core.evidence.verdicts.claim7 import Alike

TOY = "toy scale"
SIGNS = {"confirmed": "✓", "refuted": "✗", "equal": "=", "undecided": "?", TOY: "◔", "not testable": "⊘",
         "not measured": "○"}
OURS = "this project"


def kind(found: Verdict | Alike) -> str:
    """The word that a claim is counted under, one of SIGNS."""
    return TOY if found.said.startswith(TOY) else found.word


def source(found: Verdict | Alike) -> str:
    """Who made a claim."""
    by = part(found).source
    return by.name if by else OURS


def part(found: Verdict | Alike) -> Verdict:
    """The verdict that a line draws: of two sets, that on the second."""
    return found.here if isinstance(found, Alike) else found


def sign(word: str) -> str:
    """The sign of a word, which is never without it."""
    return f'<span class="sign" data-word="{html(word)}" aria-hidden="true">{SIGNS[word]}</span>'


def tally(found: list[Verdict | Alike]) -> str:
    """How many claims have each word, in the order of SIGNS."""
    count = Counter(map(kind, found))
    lines = [f'<li data-word="{word}">{sign(word)} {count[word]} {word}{pointing(found) if word == TOY else ""}</li>'
             for word in SIGNS if count[word]]
    return f'<ul class="tally" aria-label="Verdicts">{"".join(lines)}</ul>'


def pointing(found: list[Verdict | Alike]) -> str:
    """Where the claims of toy scale point."""
    count = Counter(one.word for one in found if kind(one) == TOY)
    return f" <small>(pointing to: {', '.join(f'{count[word]} {word}' for word in SIGNS if count[word])})</small>"


def sources(found: list[Verdict | Alike]) -> str:
    """How many claims each source made; nothing where there is one source."""
    count = Counter(map(source, found))
    lines = [f'<li data-source="{html(name)}">{html(name)}: {number}</li>' for name, number in count.items()]
    return f'<ul class="tally" aria-label="Claims by source">{"".join(lines)}</ul>' if len(lines) > 1 else ""
