"""Draw the README's figure from the runs on record:  python book/headline.py"""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

from dietsb_book import plots
from dietsb_core.evidence import report
from dietsb_core.runs import grids

PICTURE = Path(__file__).parent / "_static" / "headline.svg"


def main() -> None:
    results = report.by_method(report.recorded(grids.grid("poster", "cifar-cpu")))
    figure = plots.accuracy_by_rate(results)
    figure.axes[0].set_title("CIFAR-100, 95 % intervals over seeds")
    plt.rcParams["svg.hashsalt"] = "dietsb"  # the same bytes whenever it is drawn
    figure.savefig(PICTURE, metadata={"Date": None}, bbox_inches="tight", facecolor="white")
    print(PICTURE)


if __name__ == "__main__":
    main()
