"""Write what the README says was found, figure and sentences, from the runs on record:  python book/headline.py"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

import vl_convert

from dietsb_book import charts
from dietsb_core.environment import PROJECT
from dietsb_core.errors import UserError
from dietsb_core.evidence import brief, report, tradeoff, when
from dietsb_core.evidence.statistics import Interval
from dietsb_core.runs import grids
from dietsb_core.runs.presets import preset

PICTURE, README, SCALE = Path(__file__).parent / "_static" / "headline.svg", PROJECT / "README.md", "cifar-cpu"
FOUND = re.compile(r"(?<=<!-- found -->\n).*?(?=\n<!-- /found -->)", re.S)


def draw() -> None:
    """The explorer of page one at its first setting, on white, with a legend of its own."""
    spec = charts.explorer(when.compared(SCALE)).spec | {"width": 640, "background": "white"}
    spec["title"] = "{}, 95 % intervals over seeds".format(next(
        one["value"] for one in spec["params"] if one["name"] == "regime"))
    svg = vl_convert.vegalite_to_svg(spec, vl_version="5.20")
    PICTURE.write_text(re.sub(r"var\(--[\w-]+, (#\w+)\)", r"\1", svg))  # not every program knows variables


def points(gain: Interval) -> str:
    """`gains 1.2 points (0.4 to 2.1)`, or loses them; it may be either: `differs by 0.1 points (-0.6 to +0.7)`."""
    if gain.low <= 0 <= gain.high:
        return f"differs by {abs(100 * gain.mean):.1f} points ({100 * gain.low:+.1f} to {100 * gain.high:+.1f})"
    low, high = sorted(abs(100 * end) for end in (gain.low, gain.high))
    return f"{'gains' if gain.mean > 0 else 'loses'} {abs(100 * gain.mean):.1f} points ({low:.1f} to {high:.1f})"


def found() -> str:
    """The README's sentences: what to do with each kind of training set, and what the poster's methods lose at equal
    total cost."""
    p = preset(SCALE)
    judged = tradeoff.judged(report.rows(grids.grid("cost", SCALE)), epochs=p.recipe.epochs)
    gain = {row.method: points(row.gain_at_equal_cost) for row in judged if not row.is_control}
    text = f"""
        On CIFAR-100, in {p.recipe.epochs} epochs, pruning 50 % by EL2N {gain["el2n", 0.5]} beside full training of the
        same total cost, and Diet-SB at 50 % {gain["diet_sb", 0.5]}."""
    return "\n".join([*(wrapped(said, "- ") for said in brief.brief(when.compared(SCALE))), "", wrapped(text)])


def wrapped(text: str, bullet: str = "") -> str:
    """The text in lines of the README's width, none of which begins with a percent sign."""
    kept = " ".join(text.split()).replace(" %", "\0%")
    return "\n".join(textwrap.wrap(bullet + kept, 120, break_on_hyphens=False, subsequent_indent=" " * len(bullet))
                     ).replace("\0", " ")


def check() -> None:
    """Refuse to write what would be of a part of the runs only."""
    for name in ("poster", "cost"):
        if report.absent(name, SCALE):
            raise UserError(f"not all of {name!r} is on record at preset {SCALE!r}; make it with: "
                            f"python -m dietsb_core run {name} --preset {SCALE}")
    if not FOUND.search(README.read_text()):
        raise UserError(f"{README} has no place for what was found: put <!-- found --> and <!-- /found --> into it, "
                        "each on a line of its own")


def main() -> int:
    try:
        check()
    except UserError as error:
        print(f"headline.py: {error}", file=sys.stderr)
        return 2
    draw()
    README.write_text(FOUND.sub(lambda _: found(), README.read_text()))
    print(f"{PICTURE} and what {README.name} says was found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
