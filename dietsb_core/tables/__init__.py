"""What notebooks show as tables. Imported by notebooks alone: it needs pandas."""

from dietsb_core.tables.dynamic import PUBLISHED, PUBLISHED_FULL, emphasis, rates, sweep, total_cost, usage
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

__all__ = ["POSTER_RATIO", "POSTER_SECONDS", "PUBLISHED", "PUBLISHED_FULL", "emphasis", "examples", "overlaps",
           "plain", "rates", "results", "runtime", "sweep", "total_cost", "usage", "verdicts"]
