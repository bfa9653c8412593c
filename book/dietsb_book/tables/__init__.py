"""What notebooks show as tables. Imported by notebooks alone: it needs pandas."""

from dietsb_book.tables.board import board, verdicts
from dietsb_book.tables.costs import by_length, dialled, measured_cost, steps, total_cost
from dietsb_book.tables.finish import cheapest, every
from dietsb_book.tables.poster import (
    POSTER_RATIO,
    POSTER_SECONDS,
    examples,
    overlaps,
    results,
    runtime,
)
from dietsb_book.tables.raju import PUBLISHED, PUBLISHED_FULL, emphasis, rates, spreads, sweep, usage
from dietsb_book.tables.regimes import budgets, regimes
from dietsb_book.tables.shown import plain

__all__ = ["POSTER_RATIO", "POSTER_SECONDS", "PUBLISHED", "PUBLISHED_FULL", "board", "budgets", "by_length", "cheapest",
           "dialled", "emphasis", "every", "examples", "measured_cost", "overlaps", "plain", "rates", "regimes",
           "results", "runtime", "spreads", "steps", "sweep", "total_cost", "usage", "verdicts"]
