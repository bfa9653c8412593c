"""Accuracy against TOTAL cost (making scores, selecting and training), beside full training of the same cost.

It works on the rows of a report. The controls are full training with shorter (or longer) schedules, seed by seed.
"""

from dietsb_core.evidence.tradeoff.front import Front
from dietsb_core.evidence.tradeoff.judge import Judged, by_length, judged, pareto, priced
from dietsb_core.evidence.tradeoff.units import WORDS, Costed, costs, spent, uncharged

__all__ = ["WORDS", "Costed", "Front", "Judged", "by_length", "costs", "judged", "pareto", "priced", "spent",
           "uncharged"]
