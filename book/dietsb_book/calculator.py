"""The calculator as a page has it: a form, its coefficients, and examples for readers without script."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING

import pandas as pd

from dietsb_book.escape import html
from dietsb_book.tables import plain
from dietsb_core.evidence.calculator import FIELDS, Bill, Match, Rule, Settings, bill
from dietsb_core.evidence.calculator.bill import allowed, kept_words
from dietsb_core.evidence.verdicts import label

if TYPE_CHECKING:
    from IPython.display import HTML
    from pandas.io.formats.style import Styler

START = Settings()
SHARES = {"el2n": 0.75, "diet_sb": 0.5, "forgetting": 0.75}  # what the examples keep; half, where nothing is said here
FIRST = "el2n"  # what the form opens with
EXAMPLES = ("random_backprop", "selective_backprop", "stale_selective_backprop", "infobatch", "el2n", "diet_sb",
            "forgetting")
LABELS = {
    "hours": ("Hours of one full training", "10"), "price": ("Price of an hour (optional)", ""),
    "epochs": ("Epochs of full training", f"{START.epochs}"), "g": ("Forward share g", f"{START.g:.3f}"),
    "networks": ("Networks behind the score", f"{START.networks}"),
    "score_epochs": ("Epochs of each of them", f"{START.score_epochs}"),
    "runs": ("Runs that share the score", f"{START.runs}"),
}
ROWS = {"training": "Training", "selection": "Selection", "share": "Scoring, this run's share", "total": "Total",
        "full": "Full training", "floor": "Floor of training and selection"}


def form(rules: list[Rule], matches: Iterable[Match]) -> HTML:
    """The form with its coefficients as data, for `_static/calculator.js`, which shows it. Without script it stays
    hidden."""
    from IPython.display import HTML

    known = {"rules": [described(rule) for rule in rules], "matches": [asdict(one) for one in matches]}
    data = html(json.dumps(known, ensure_ascii=False, separators=(",", ":")))
    options = "".join(f'<option value="{html(one.name)}"{" selected" * (one.name == FIRST)}>{html(one.label)}</option>'
                      for one in rules)
    method = f'<label for="calc-method">Method</label><select id="calc-method" name="method">{options}</select>'
    kept = field("keep", "Kept, % of the examples", "50", "")
    first, score = (("hours", "price", "epochs", "g"), ("networks", "score_epochs", "runs"))
    parts = [f'<div>{method}{error("method")}</div>', kept]
    parts += [field(name, *LABELS[name], rule_of(name)) for name in first]
    scoring = "".join(field(name, *LABELS[name], rule_of(name)) for name in score)
    return HTML(
        f'<form class="calculator" data-calculator="{data}" hidden novalidate aria-label="Cost calculator">'
        f'<div class="calculator-fields">{"".join(parts)}</div>'
        f'<fieldset class="calculator-score"><legend>The score</legend><div class="calculator-fields">{scoring}</div>'
        f'</fieldset>{results()}<p><button type="button" name="copy">Copy a link to this setting</button></p>'
        f'<p role="status" aria-live="polite" class="calculator-said"></p></form>')


def described(rule: Rule) -> dict[str, object]:
    """A rule as data for the script: its coefficients, and what its kept fraction may be."""
    return asdict(rule) | {"allowed": allowed(rule), "words": kept_words(rule)[:1].upper() + kept_words(rule)[1:] + "."}


def rule_of(name: str) -> str:
    """What a field may be, as attributes for the script."""
    of = FIELDS[name]
    return (f' data-least="{of.least:g}" data-most="{of.most:g}" data-whole="{of.whole:d}"'
            f' data-words="Enter {html(of.words)}."')


def field(name: str, words: str, value: str, limits: str) -> str:
    """A labelled number with a place for what is wrong with it. (Browsers speak `aria-describedby` with the field.)"""
    return (f'<div><label for="calc-{name}">{html(words)}</label><input id="calc-{name}" name="{name}" type="text" '
            f'inputmode="decimal" autocomplete="off" value="{value}" aria-describedby="calc-{name}-error"{limits}>'
            f'{error(name)}</div>')


def error(name: str) -> str:
    return f'<p id="calc-{name}-error" class="calculator-error"></p>'


def results() -> str:
    """The empty table of results, which the script fills."""
    units = {"epochs": "Epochs", "hours": "Hours", "money": "Money", "share": "% of full"}
    head = "".join(f'<th scope="col" data-unit="{unit}">{words}</th>' for unit, words in units.items())
    rows = "".join(
        f'<tr data-row="{row}"><th scope="row">{words}</th>'
        + "".join(f'<td data-unit="{unit}">–</td>' for unit in units) + "</tr>" for row, words in ROWS.items())
    said = "".join(f'<li data-said="{name}"></li>' for name in ("dearer", "reuses", "shorter", "record"))
    return (f'<div class="calculator-table"><table><thead><tr><th scope="col">Cost of one run</th>{head}</tr></thead>'
            f'<tbody>{rows}</tbody></table></div><ul>{said}</ul>')


def examples(rules: list[Rule]) -> Styler:
    """A few bills, of full training as long as the poster's and scored as EL2N's authors do it."""
    known = {rule.name: rule for rule in rules}
    made = [(known[name], Settings(keep=SHARES.get(name, 0.5))) for name in EXAMPLES]
    frame = pd.DataFrame([line(one, of, bill(one, of)) for one, of in made])
    return plain(frame, dict.fromkeys(("run", "score", "total"), "{:.1f}"))


def line(rule: Rule, of: Settings, made: Bill) -> dict[str, object]:
    """One line of the examples, in epochs. `run` is training and selection."""
    return {"method": label((rule.name, of.keep)), "run": made.training + made.selection,
            "score": made.scoring or None, "total": made.total, "break-even": repaid(made)}


def repaid(made: Bill) -> str:
    """From how many runs on it costs no more than full training, in words; a dash of a method without a score."""
    if made.break_even is None:
        return "never"
    return f"{made.break_even} runs" if made.scoring else "–"
