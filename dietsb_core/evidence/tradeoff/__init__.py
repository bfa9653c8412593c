"""Accuracy against TOTAL cost (making scores, selecting and training), beside full training of the same cost.

It works on the rows of a report. The controls are full training with shorter (or longer) schedules, and with other
batch sizes where they are on record.
"""

from dietsb_core.evidence.tradeoff.front import Front, pareto
from dietsb_core.evidence.tradeoff.judge import Judged, advantage, by_length, doubtful, judged, priced
from dietsb_core.evidence.tradeoff.units import WORDS, Costed, costs, spent, uncharged

__all__ = ["WORDS", "Costed", "Front", "Judged", "advantage", "by_length", "costs", "doubtful", "judged", "pareto",
           "priced", "spent", "uncharged"]
