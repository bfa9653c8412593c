"""The sources' claims, and what the data say of each."""

from dietsb_core.statistics import effective_classes
from dietsb_core.verdicts.common import MARGIN, NAMES, better, label, lossless, paired
from dietsb_core.verdicts.dynamic import (
    answer,
    bandits,
    claim7,
    fresh_beats_static,
    scoring_costs,
    second_source,
    sometimes,
    ten_times,
    turning,
    wins,
)
from dietsb_core.verdicts.poster import (
    answers,
    by_rate,
    class_share,
    composition,
    everything,
    panel_a,
    panel_b,
    panel_c,
    panel_d,
    panel_e,
    panel_f,
    table1,
)

__all__ = ["MARGIN", "NAMES", "answer", "answers", "bandits", "better", "by_rate", "claim7", "class_share",
           "composition", "effective_classes", "everything", "fresh_beats_static", "label", "lossless", "paired",
           "panel_a", "panel_b", "panel_c", "panel_d", "panel_e", "panel_f", "scoring_costs", "second_source",
           "sometimes", "table1", "ten_times", "turning", "wins"]
