"""The board of verdicts: a tally, and a line a claim with its word, its value drawn against the threshold, and the rest
behind it. `_static/board.js` makes the tally a filter."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dietsb_book.escape import html
from dietsb_book.tables.shown import csv_link, plain
from dietsb_book.tables.tally import TOY, kind, part, sign, source, sources, tally
from dietsb_book.tables.whisker import amount, drawn
from dietsb_core.evidence.scale import Scale
from dietsb_core.evidence.statistics import Verdict
from dietsb_core.evidence.verdicts import corrected
from dietsb_core.evidence.verdicts.claim7 import Alike
from dietsb_core.evidence.verdicts.common import tested

Claim = Verdict | Alike
MANY = 8  # claims from which on a reader looks for some of them


@dataclass(frozen=True)
class Board:
    """Claims under the names of their parts, corrected and with their scales; one part may have no name."""

    parts: dict[str, list[Claim]]

    @property
    def found(self) -> list[Claim]:
        return [one for found in self.parts.values() for one in found]

    @property
    def texts(self) -> pd.DataFrame:
        """A line a claim, in words."""
        frame = pd.DataFrame([one.row() for one in self.found])
        known = frame.get("measured on", pd.Series(dtype=str)).any()  # "" where no scale is known
        return frame if known else frame.drop(columns="measured on", errors="ignore")

    @property
    def caption(self) -> str:
        """What holds for all verdicts: the correction for their number in each part, and the scale at which the
        sources made those claims that were measured at a far smaller one."""
        tests = [count for found in self.parts.values() if (count := len(tested(found))) > 1]
        toys = dict.fromkeys(str(one.source) for one in map(part, self.found) if one.toy)
        number = f"{', '.join(map(str, tests))} tests of {'this table' if len(self.parts) == 1 else 'its parts'}"
        holm = f"Confirmed and refuted have p < .05 after Holm's correction for the {number}. "
        toy = f"At toy scale the claim was made at a far larger one ({'; '.join(toys)})."
        return (holm * bool(tests) + toy * bool(toys)).strip()

    @property
    def csv(self) -> str:
        """The lines of `texts` with who made the claim, and the value with its ends as numbers in their unit."""
        numbers = pd.DataFrame([values(part(one)) | {"claimed by": source(one)} for one in self.found])
        return plain(pd.concat([self.texts, numbers], axis="columns")).csv

    def __repr__(self) -> str:
        return "\n".join(filter(None, [self.texts.to_string(index=False), self.caption]))

    def _repr_html_(self) -> str:
        found, many = self.found, len(self.found) >= MANY
        titles = ["verdict", "claim", "value, against the threshold", "claimed by"]
        head = "".join(f'<th scope="col">{title}</th>' for title in titles[:3 + self.sourced])
        bodies = "".join(body(name, claims, self.sourced) for name, claims in self.parts.items())
        return (f'<div class="board mathjax_ignore"{" data-filter" * many}>{tally(found) * (len(found) > 1)}'
                f'{sources(found) * many}<div class="board-frame"><table class="verdicts">'
                f'<thead><tr>{head}</tr></thead>{bodies}</table></div>'
                f'<p class="shown-tools">{csv_link(self.csv)} {html(self.caption)}</p></div>')

    @property
    def sourced(self) -> bool:
        """Whether a line says who claims it: else all are of one, and the details say it."""
        return len(set(map(source, self.found))) > 1


def board(parts: dict[str, tuple[list[Claim], Scale | None]]) -> Board:
    """One board of several parts, {name: (claims, what they were measured on where they do not say it)}. Each part is
    corrected for the number of its own tests, as on the page that it is of."""
    return Board({name: [one.at(scale) for one in corrected(found)] for name, (found, scale) in parts.items()})


def verdicts(found: list[Claim], scale: Scale | None = None) -> Board:
    """A board of one part."""
    return board({"": (found, scale)})


def values(one: Verdict) -> dict[str, object]:
    """A verdict's numbers, in the unit that it is shown in."""
    scale, _ = one.form
    return {"unit": one.unit, "value": scale * one.value.mean, "low": scale * one.value.low,
            "high": scale * one.value.high, "threshold": scale * one.threshold}


def body(name: str, found: list[Claim], sourced: bool) -> str:
    """The lines of a part, under its name and the scale that they share; a line has its own where they share none."""
    scales = {str(part(one).scale or "") for one in found}
    scale = f"measured on {scales.pop()}" if len(scales) == 1 and "" not in scales else ""
    title = " ".join(f"<span>{html(words)}</span>" for words in (name, scale) if words)
    head = f'<tr class="part"><th colspan="{3 + sourced}" scope="rowgroup">{title}</th></tr>' if title else ""
    return f"<tbody>{head}{''.join(line(one, sourced, not scale) for one in found)}</tbody>"


def line(found: Claim, sourced: bool, scaled: bool) -> str:
    """A claim: its sign and word, what it says with its details behind, and its value; its scale and source where these
    are not the same in all lines."""
    one, word, by = part(found), kind(found), html(source(found))
    said = found.said.replace("toy scale, points to:", f"{TOY}:")
    beside = found.there if isinstance(found, Alike) else None
    scale = f" <small>{html(one.scale)}</small>" if scaled and one.scale else ""
    last = f"<td>{by}</td>" if sourced else ""
    return (f'<tr data-word="{word}" data-points="{found.word}" data-source="{by}" data-claim="{html(one.claim)}">'
            f"<td>{sign(word)} {html(said)}</td><td>{details(found)}{scale}</td>"
            f"<td><span>{drawn(one, beside)}</span> <span>{html(amount(one)) or '–'}</span></td>{last}</tr>")


def details(found: Claim) -> str:
    """The claim, and behind it what was measured and how, in words."""
    row, one = found.row(), part(found)
    tests = {} if one.p is None else {"p, corrected": f"{one.p:.2g}"}
    of = {"verdict": row["verdict"], "measured": row["measured"], "holds above": row["holds above"], "n": row["n"],
          **tests, "measured on": row["measured on"] or "–", "claimed by": one.source or source(found)}
    lines = "".join(f"<dt>{name}</dt><dd>{html(' '.join(str(value).split()))}</dd>" for name, value in of.items())
    return f"<details><summary>{html(one.claim)}</summary><dl>{lines}</dl></details>"
