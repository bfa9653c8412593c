"""What the settings of a regime took in seconds, as if one machine had made them all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dietsb_core.evidence.settings import Setting
from dietsb_core.evidence.spending import PHASES, OneMachine, scoring, total


def clock(settings: list[Setting]) -> OneMachine:
    """The machine that made most of the records of `settings`."""
    return OneMachine({replace(one.run, seed=seed): record for one in settings for seed, record in one.records.items()})


def seconds(one: Setting, on: OneMachine) -> float | None:
    """CPU seconds of training and selection, a mean over seeds, and of the networks behind a score; None where the
    machine of a record is unknown to `on`."""
    took = [on.seconds(replace(one.run, seed=seed), record, *PHASES, kind="cpu_seconds")
            for seed, record in one.records.items()]
    scores = scoring(one.run, on)["scoring_cpu_seconds"] if one.run.scored_by else 0.0
    known = [each for each in took if each is not None]
    return total([float(np.mean(known)) if known else None, scores])
