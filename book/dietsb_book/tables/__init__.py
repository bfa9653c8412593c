"""What notebooks show as tables. Imported by notebooks alone: it needs pandas."""

from dietsb_book.tables.cells import plain
from dietsb_book.tables.costs import by_length, dialled, measured_cost, steps, total_cost
from dietsb_book.tables.poster import (
    POSTER_RATIO,
    POSTER_SECONDS,
    examples,
    overlaps,
    results,
    runtime,
    verdicts,
)
from dietsb_book.tables.raju import PUBLISHED, PUBLISHED_FULL, emphasis, rates, spreads, sweep, usage

__all__ = ["POSTER_RATIO", "POSTER_SECONDS", "PUBLISHED", "PUBLISHED_FULL", "by_length", "dialled", "emphasis",
           "examples", "measured_cost", "overlaps", "plain", "rates", "results", "runtime", "spreads", "steps",
           "sweep", "total_cost", "usage", "verdicts"]
