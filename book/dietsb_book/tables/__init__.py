"""What notebooks show as tables. Imported by notebooks alone: it needs pandas."""

from dietsb_book.tables.cells import plain
from dietsb_book.tables.costs import by_length, dialled, measured_cost, steps, total_cost
from dietsb_book.tables.finish import cheapest, every
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
from dietsb_book.tables.regimes import budgets, regimes

__all__ = ["POSTER_RATIO", "POSTER_SECONDS", "PUBLISHED", "PUBLISHED_FULL", "budgets", "by_length", "cheapest",
           "dialled", "emphasis", "every", "examples", "measured_cost", "overlaps", "plain", "rates", "regimes",
           "results", "runtime", "spreads", "steps", "sweep", "total_cost", "usage", "verdicts"]
