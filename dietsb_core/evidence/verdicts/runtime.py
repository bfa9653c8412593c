"""The poster's Table 1: what an epoch takes, beside full training's, its floor and EL2N's."""

from __future__ import annotations

import numpy as np

from dietsb_core.evidence.row import Results, over_baseline
from dietsb_core.evidence.scale import POSTER
from dietsb_core.evidence.statistics import Verdict, interval
from dietsb_core.evidence.verdicts.common import label
from dietsb_core.policies import policy
from dietsb_core.policy import G
from dietsb_core.runs.grids.poster_runs import TABLE1

Ratios = dict[int, float]  # {seed: an epoch's seconds over full training's}


def table1(results: Results) -> list[Verdict]:
    """Claim 6: Diet-SB cuts cost, below full training's and below EL2N's. That an epoch takes less time follows from
    the counts; what is measured is by how much it exceeds its floor."""
    ratios = {method: over_baseline(results, results.get(method, {})) for method in TABLE1 if method != ("full", 1.0)}
    return [*(faster(results, *one) for one in ratios.items()),
            *(cheaper(diet, ratios[diet], ratios["el2n", 0.75]) for diet in (("diet_sb", 0.5), ("diet_sb", 0.375)))]


def faster(results: Results, method: tuple[str, float], ratios: Ratios) -> Verdict:
    """Whether an epoch is shorter than full training's, with what it takes beside its floor."""
    config = next((record.config for record in results.get(method, {}).values()), {})
    floor = policy(*method, **dict(config.get("options", []))).floor(G)
    over = f" (it takes {np.mean(list(ratios.values())) / floor:.2f} times its floor of {floor:.2f})" if ratios else ""
    return Verdict(f"6. {label(method)}: an epoch takes less time", f"share of an epoch's seconds saved{over}:",
                   interval([1 - ratio for ratio in ratios.values()]), 0.0, "%", source=POSTER)


def cheaper(diet: tuple[str, float], mine: Ratios, el2n: Ratios) -> Verdict:
    """Whether an epoch of a diet is shorter than one of EL2N at 25 %, seed by seed, in parts of full training's."""
    return Verdict(f"6. {label(diet)}: an epoch is cheaper than one of EL2N, 25 % pruned",
                   "seconds of an epoch of EL2N, minus the diet's, over full training's:",
                   interval([el2n[seed] - mine[seed] for seed in mine.keys() & el2n.keys()]), 0.0, "%", source=POSTER)
