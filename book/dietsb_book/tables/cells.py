"""How tables write their cells: a column of one name has one format in all tables. What is sorted by and downloaded are
the numbers behind the text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dietsb_core.errors import one_line
from dietsb_core.evidence.statistics import Interval

UNKNOWN = "–"


@dataclass(frozen=True)
class Spread:
    """Writes an interval: its mean and its ends, multiplied by `unit`, in the format `spec`. Where one seed gives no
    ends it writes `one` in their place; where there is no value, a dash."""

    spec: str
    unit: float = 1
    one: str = " (one seed)"

    def __call__(self, value: Interval) -> str:
        mean, low, high = (format(self.unit * part, self.spec) for part in (value.mean, value.low, value.high))
        return (f"{mean} [{low}, {high}]" if value.n > 1 else mean + self.one) if value.n else UNKNOWN


@dataclass(frozen=True)
class Cell:
    """A text of its own, and the number that it is about."""

    text: str
    value: float


Format = str | Callable[[object], str]
PERCENT, POINTS, RATIO = Spread(".1f", 100), Spread("+.1f", 100), Spread(".3f")
FORMATS: dict[str, Format] = {
    "accuracy, %": PERCENT, "pruned, nominal": "{:.0%}", "pruned, realised": "{:.1%}", "forwards, M": "{:.2f}",
    "backprops, M": "{:.2f}", "training": "{:.2f}", "scoring": "{:.2f}", "total": "{:.2f}",
    "minus full: equal epochs": POINTS, "minus full: equal steps": POINTS, "gain at equal cost": POINTS,
    "gain at equal total cost": POINTS,
}


def missing(value: object) -> bool:
    """Whether a value is not known: None, not a number, or the mean of nothing."""
    return value is None or value != value or (isinstance(value, Interval) and not value.n)


def text(value: object, form: Format | None = None) -> str:
    """What a cell shows, in a line. Numbers without a format have four digits after the point."""
    if missing(value):
        return UNKNOWN
    if isinstance(value, Cell):
        return value.text
    if form is not None:
        return form(value) if callable(form) else form.format(value)
    return f"{value:.4f}" if isinstance(value, float) else one_line(value)


def number(value: object) -> float | None:
    """What a cell is sorted by, None of a text or of what is not known: of an interval, its mean."""
    if missing(value):
        return None
    value = value.mean if isinstance(value, Interval) else value.value if isinstance(value, Cell) else value
    return value if isinstance(value, (int, float)) else None


def fields(name: str, values: list[object], form: Format | None = None) -> dict[str, list[str]]:
    """A column as fields of a CSV file, with all its digits, in the unit that the table shows: an interval is three
    numbers, a number with a text of its own is both."""
    if any(isinstance(value, Interval) for value in values):
        unit = getattr(form, "unit", 1)
        ends = [(value.mean, value.low, value.high) if isinstance(value, Interval) else (None,) * 3 for value in values]
        return {name + part: [digits(end if missing(end) else unit * end) for end in column]
                for part, column in zip(("", ", low", ", high"), zip(*ends, strict=True), strict=True)}
    if any(isinstance(value, Cell) for value in values):
        shown = [value.text if isinstance(value, Cell) else "" for value in values]
        return {name: [digits(number(value)) for value in values], f"{name}, as shown": shown}
    return {name: [digits(value) for value in values]}


def digits(value: object) -> str:
    """A value as a field; nothing where it is not known or infinite. A spreadsheet would run a text such as =1+1."""
    if missing(value) or value in (float("inf"), -float("inf")):
        return ""
    line = f"{value:.10g}" if isinstance(value, (int, float)) else one_line(value)
    return f"'{line}" if isinstance(value, str) and line.startswith(("=", "+", "-", "@")) else line
