"""The book builds with every warning an error, and its pages hold what they promise."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter

import built
import pytest
from docutils.utils.math import MathError

import dietsb_core
from _ext.mathml import mathml


@pytest.mark.parametrize(
    "tex, part",
    [
        (r"\frac12)", "<mn>1</mn>\n    <mn>2</mn>\n  </mfrac>"),
        (r"0, \dots, n", "<mi>…</mi>"),
        (r"\lVert x \rVert", '<mo class="mathopen" stretchy="false">‖</mo>'),
        (r"\begin{align} a &= b \end{align}", 'class="ams-align"'),
    ],
)
def test_equations_become_mathml(tex, part):
    assert part in mathml(tex, block=True)


def test_an_equation_that_cannot_be_converted_is_an_error():
    with pytest.raises(MathError):
        mathml(r"\nosuchcommand", block=False)


def test_all_that_read_the_built_book_run_in_one_process(request):
    """Two processes would build it twice, side by side in one folder; xdist names a test's group in its id."""
    if not hasattr(request.config, "workerinput"):
        pytest.skip("one process runs all tests")
    names = {item.path.stem: item.nodeid.rpartition("@")[2] for item in request.session.items}
    assert {names.get("test_book", "book"), names.get("test_pages", "book")} == {"book"}


def test_the_book_builds_without_a_warning():
    assert (built.html() / "index.html").exists()


def test_the_api_page_has_every_module():
    modules = {"dietsb_core"}
    modules |= {module.name for module in pkgutil.walk_packages(dietsb_core.__path__, "dietsb_core.")}
    modules -= {"dietsb_core.__main__"}
    text = (built.html() / "book" / "api.html").read_text()
    assert set(re.findall(r'id="module-([\w.]+)"', text)) == modules


@pytest.mark.parametrize("name", built.pages())
def test_no_id_stands_twice_in_a_page(name):
    ids = Counter(re.findall(r'\sid="([^"]+)"', (built.html() / f"{name}.html").read_text()))
    assert [one for one, times in ids.items() if times > 1] == []
