"""What notebooks show as tables. Imported by notebooks alone: it needs pandas."""

from dietsb_core.tables.cost import by_length, measured_cost, steps, total_cost
from dietsb_core.tables.dynamic import PUBLISHED, PUBLISHED_FULL, emphasis, rates, spreads, sweep, usage
from dietsb_core.tables.poster import (
    POSTER_RATIO,
    POSTER_SECONDS,
    examples,
    overlaps,
    plain,
    results,
    runtime,
    verdicts,
)

__all__ = ["POSTER_RATIO", "POSTER_SECONDS", "PUBLISHED", "PUBLISHED_FULL", "by_length", "emphasis",
           "examples", "measured_cost", "overlaps", "plain", "rates", "results", "runtime", "spreads", "steps",
           "sweep", "total_cost", "usage", "verdicts"]
