"""A slider over frames drawn beforehand."""

from __future__ import annotations

import re

import pytest

from dietsb_book.frames import frames
from dietsb_core.errors import UserError

pytest.importorskip("matplotlib").use("agg")
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def drawn() -> str:
    import matplotlib.pyplot as plt

    figures = [plt.figure(), plt.figure()]
    for figure, height in zip(figures, (1, 2), strict=True):
        figure.subplots().bar([0], [height])
    html = frames(figures, ["a", "b"], ["low", "high"], "Height").data
    assert plt.get_fignums() == []  # or a notebook would show them once more
    return html


def test_the_first_frame_shows_and_the_same_figures_give_the_same_bytes():
    html = drawn()
    images = re.findall(r"<img [^>]*>", html)
    assert ["hidden" in image for image in images] == [False, True]
    assert len(set(re.findall(r'src="([^"]+)"', html))) == 2
    assert html == drawn()


def test_text_is_escaped():
    html = frames([SVG], ['<b>"'], ['"<i>'], "<u>").data
    assert "<b>" not in html and "<i>" not in html and "<u>" not in html


@pytest.mark.parametrize("labels, alts", [(["a"], ["x", "y"]), (["a", "b"], ["x"])])
def test_refuses_unequal_lists(labels, alts):
    with pytest.raises(UserError, match="as many labels and alts as figures"):
        frames([SVG, SVG], labels, alts, "Pruned")


def test_refuses_no_frames():
    with pytest.raises(UserError, match="at least one: got 0 figures"):
        frames([], [], [], "Pruned")
