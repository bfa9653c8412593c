"""Accuracy against TOTAL cost: making scores, selecting and training, beside what full training buys for as much.

It works on the rows of a report. The controls are full training with shorter (or longer) schedules, seed by seed.
"""

from dietsb_core.evidence.tradeoff.front import Front, by_seed, is_control
from dietsb_core.evidence.tradeoff.judge import by_length, judged, pareto, priced
from dietsb_core.evidence.tradeoff.units import UNITS, WORDS, costs, uncharged

__all__ = ["UNITS", "WORDS", "Front", "by_length", "by_seed", "costs", "is_control", "judged", "pareto", "priced",
           "uncharged"]
