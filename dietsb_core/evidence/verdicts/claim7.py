"""The poster's claim 7: whether its statements about one data set come out the same on another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dietsb_core.evidence.row import Results
from dietsb_core.evidence.scale import POSTER, Scale
from dietsb_core.evidence.statistics import Verdict
from dietsb_core.evidence.verdicts.common import MARGIN, better, corrected, lossless


@dataclass(frozen=True)
class Alike:
    """A statement's verdicts on a second data set, `here`, and on the first, `there`: whether they are the same."""

    here: Verdict
    there: Verdict

    @property
    def word(self) -> str:
        """confirmed where both are decided alike, refuted where they are decided differently, else undecided."""
        if "undecided" in (self.here.word, self.there.word):
            return "undecided"
        return "confirmed" if self.here.word == self.there.word else "refuted"

    def at(self, scale: Scale | None) -> Alike:
        """The same with the scale of the second set."""
        return replace(self, here=self.here.at(scale))

    @property
    def said(self) -> str:
        """The word, whether both are against the statement itself, and at toy scale that it only points there."""
        both = ", and both refute the statement" if self.here.word == self.there.word == "refuted" else ""
        toy = "toy scale, points to: " if self.here.toy and self.word != "undecided" else ""
        return f"{toy}{self.word}{both}"

    def row(self) -> dict[str, str]:
        """The comparison as a line of a table, with what was measured on either set."""
        here, there = self.here.row(), self.there.row()
        measured = (f"{here['measured']} ({self.here.word}); on the first set "
                    f"{there['measured'].removeprefix(self.there.quantity).strip()} ({self.there.word})")
        return here | {"verdict": self.said, "measured": measured, "n": f"{here['n']} and {there['n']}"}


def claim7(here: Results, there: Results, margin: float = MARGIN) -> list[Alike]:
    """CIFAR-10 with ResNet-20 (`here`) behaves as CIFAR-100 does (`there`): each statement of the poster on both."""
    both = corrected([*statements(here, margin), *statements(there, margin)])
    return [Alike(*pair) for pair in zip(both[:len(both) // 2], both[len(both) // 2:], strict=True)]


def statements(results: Results, margin: float) -> list[Verdict]:
    """What the poster says of its first data set, as far as it says it of the second one too."""
    sb, rb, el2n = ("selective_backprop", 0.5), ("random_backprop", 0.25), ("el2n", 0.75)
    return [better(results, sb, el2n, "7. Alike: EL2N (25 %) hurts accuracy more than SB (50 %)", POSTER),
            lossless(results, sb, "7. Alike: SB (50 %) costs little accuracy", margin, POSTER),
            lossless(results, rb, "7. Alike: Random-Backprop drops 75 % without loss", margin, POSTER),
            lossless(results, ("diet_sb", 0.5), "7. Alike: Diet-SB loses no accuracy at 50 %", margin, POSTER)]
