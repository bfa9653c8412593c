"""The glossary's words on other pages: the first use of each is a link that says what it means."""

from __future__ import annotations

import re

import browser
import pytest
from built import ROOT
from docutils import nodes
from test_escape import written

from _ext.terms import Entry, entries, mark, pattern, term_use, texts

GLOSSARY = ROOT / "book" / "glossary.md"
GIVEN = {"EL2N": Entry("a score", "term-EL2N"), "seed": Entry("a number", "term-seed"),
         "SB": Entry("selects", "term-SB"), "Selective-Backprop": Entry("selects", "term-SB"),
         "total cost": Entry("all <of it>", "term-total-cost")}


def marked(source: str) -> tuple[nodes.document, list[str]]:
    """A page in MyST with its terms marked, and the words that are."""
    page = written(source)
    mark(page, dict(GIVEN), "glossary.html")
    return page, [use.astext() for use in page.findall(term_use)]


def test_the_first_use_of_each_is_marked_and_no_text_is_lost():
    source = "Seeds and EL2N, a seed.\n\n- EL2N at total cost, *seed* or Total cost"
    page, words = marked(source)
    assert words == ["Seed", "EL2N", "total cost"]
    assert page.astext() == written(source).astext()
    use = next(page.findall(term_use))
    assert (use["refuri"], use["definition"], use["tip"]) == ("glossary.html#term-seed", "a number", "tip-term-seed")


def test_terms_of_one_entry_are_marked_once():
    assert marked("SB is Selective-Backprop.")[1] == ["SB"]
    assert marked("Selective-Backprop is SB.")[1] == ["Selective-Backprop"]


@pytest.mark.parametrize("source", [
    "# EL2N", "`EL2N`", "```\nEL2N\n```", "[EL2N](https://example.org)", "el2n", "EL2N-like", "reseed", "seeded",
    "Diet-SB", "SBS", "$EL2N$", "<b title='EL2N'></b>", "total  \ncost"])
def test_nothing_is_marked_in(source):
    """Headings, code, links, formulas, markup; other words."""
    assert marked(source)[1] == []


def test_the_longest_term_is_found_and_none_within_a_word():
    text = "A seed, two SEEDs and EL2Ns; Total Cost, el2n, totalcost, reseed, Selective-Backprop."
    assert pattern(list(GIVEN)).findall(text) == ["seed", "SEED", "EL2N", "Total Cost", "Selective-Backprop"]


def test_every_word_of_the_glossary_has_a_definition_and_stands_in_order():
    blocks = GLOSSARY.read_text().split("```{glossary}\n")[1].split("```")[0].strip().split("\n\n")
    heads = [block.split("\n")[0].replace("ε", "epsilon").lower() for block in blocks]
    assert heads == sorted(heads) and len(set(heads)) == len(heads) > 30
    assert all(re.search(r"^  \S.*\.$", block, re.M) for block in blocks)


def test_entries_are_read_from_a_definition_list():
    words = nodes.term("", "SB", ids=["term-SB"]), nodes.term("", "Selective", ids=["term-Selective"])
    item = nodes.definition_list_item("", *words, nodes.definition("", nodes.paragraph("", "It\nselects.")))
    document = written("")
    document += nodes.definition_list("", item)
    assert entries(document) == {word: Entry("It selects.", f"term-{word}") for word in ("SB", "Selective")}
    assert not list(texts(written("# A title")))


PAGE = """<!doctype html><html lang="en"><title>Terms</title><style>%s</style><main class="bd-article"><h1>Page</h1>
<p>Words before the <span class="term-use"><a class="reference internal" href="#x" aria-describedby="tip">ledger</a>
<span role="tooltip" id="tip">What a run knows of each example.</span></span> and after it.</p></main></html>"""


@pytest.fixture(scope="module")
def tab():
    path = browser.require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = started.new_page(viewport={"width": 390, "height": 800})
        page.set_content(PAGE % (ROOT / "book" / "_static" / "terms.css").read_text())
        yield page
        started.close()


def test_a_definition_shows_on_focus_and_on_hover_and_for_a_screen_reader(tab):
    tip, word = tab.get_by_role("tooltip", include_hidden=True), tab.get_by_role("link")
    assert not tip.is_visible()
    tab.keyboard.press("Tab")
    assert word.evaluate("link => link === document.activeElement") and tip.is_visible()
    assert tab.locator(f"#{word.get_attribute('aria-describedby')}").inner_text() == "What a run knows of each example."
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    word.evaluate("link => link.blur()")
    assert not tip.is_visible()
    word.hover()
    assert tip.is_visible()


def test_a_definition_is_not_printed(tab):
    tab.get_by_role("link").focus()
    tab.emulate_media(media="print")
    assert not tab.get_by_role("tooltip", include_hidden=True).is_visible()
    tab.emulate_media(media="screen")


def test_axe_finds_nothing(tab):
    from axe_playwright_python.sync_playwright import Axe

    tab.get_by_role("link").focus()
    assert Axe().run(tab).response["violations"] == []
