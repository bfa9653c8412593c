"""The book builds with every warning an error, and its pages hold what they promise."""

from __future__ import annotations

import pkgutil
import re
from collections import Counter
from html.parser import HTMLParser

import built
import nbformat
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
    assert {names.get(stem, "book") for stem in ("test_book", "test_pages", "test_page_inputs")} == {"book"}


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


@pytest.mark.parametrize("name", built.pages())
def test_no_heading_of_a_page_stands_alone(name):
    assert empty_sections((built.html() / f"{name}.html").read_text()) == []


def test_a_section_without_content_is_seen():
    page = '<section id="a"><h1>A</h1><section id="b"><h2>B</h2> </section><section id="c"><h2>C</h2><img></section>'
    assert empty_sections(page + "</section>") == ["b"]


def empty_sections(page: str) -> list[str]:
    """The ids of sections with nothing but a heading: no text, image, or other element."""
    parser = Sections()
    parser.feed(page)
    return parser.empty


class Sections(HTMLParser):
    """`empty`: the sections that ended with nothing in them. What a section within one holds counts for both."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []  # id, and whether it holds anything
        self.empty, self.heading = [], False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "section":
            self.open.append((dict(attrs).get("id") or "", False))
        elif re.fullmatch(r"h\d", tag):
            self.heading = True
        elif tag in ("img", "svg", "table", "math", "input", "details"):
            self.fill()

    def handle_endtag(self, tag: str) -> None:
        if tag == "section" and self.open:
            name, filled = self.open.pop()
            self.empty += [name] * (not filled)
            if filled:
                self.fill()
        elif re.fullmatch(r"h\d", tag):
            self.heading = False

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.heading:
            self.fill()

    def fill(self) -> None:
        if self.open:
            self.open[-1] = (self.open[-1][0], True)


@pytest.mark.parametrize("name", [page for page in built.pages() if page.startswith("notebooks/")])
def test_a_page_shows_something_and_its_code_at_its_end(name):
    page = (built.html() / f"{name}.html").read_text()
    claims, behind = page.index("<h1>"), page.index('id="behind-this-page"')
    results = page[claims:behind]
    assert "cell_output" in results and "is on record at preset" not in results
    nb = nbformat.read(built.ROOT / f"{name}.ipynb", 4)
    inline = nb.metadata.get("dietsb_book", {}).get("code") == "inline"
    assert ("cell_input" in results) == inline and ("The code of this page" in page[behind:]) != inline
    assert "How this page was produced" in page[behind:] and 'class="records"' in page[behind:] or inline
