"""The sources' claims, and what the data say of each."""

from dietsb_core.evidence.statistics import effective_classes
from dietsb_core.evidence.verdicts.assumptions import constants, gradients
from dietsb_core.evidence.verdicts.batches import batches
from dietsb_core.evidence.verdicts.claim7 import claim7
from dietsb_core.evidence.verdicts.classes import class_share, composition
from dietsb_core.evidence.verdicts.common import MARGIN, NAMES, better, between, corrected, label, lossless
from dietsb_core.evidence.verdicts.poster import (
    by_rate,
    everything,
    not_measured,
    panel_a,
    panel_b,
    panel_c,
    panel_d,
    panel_e,
    panel_f,
)
from dietsb_core.evidence.verdicts.questions import answers
from dietsb_core.evidence.verdicts.raju import bandits, by_pass, fresh_beats_static, second_source, sometimes, ten_times
from dietsb_core.evidence.verdicts.runtime import table1
from dietsb_core.evidence.verdicts.total_cost import (
    answer,
    interpolation,
    scoring_costs,
    turning,
    turns,
    wins,
)

__all__ = ["MARGIN", "NAMES", "answer", "answers", "bandits", "batches", "better", "between", "by_pass", "by_rate",
           "claim7", "class_share", "composition", "constants", "corrected", "effective_classes", "everything",
           "fresh_beats_static", "gradients", "interpolation", "label", "lossless", "not_measured", "panel_a",
           "panel_b", "panel_c", "panel_d", "panel_e", "panel_f", "scoring_costs", "second_source", "sometimes",
           "table1", "ten_times", "turning", "turns", "wins"]
