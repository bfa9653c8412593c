"""How the book is found, shared, cited and taken along: a toy book that is built with an address and without one."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from xml.etree import ElementTree

import browser
import pytest
import toy_book
from PIL import Image
from sphinx.errors import ConfigError

from _ext import card, cite, not_found, publish, takeaway


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The folders of the toy book as published at an address, and as built without one."""
    folder = tmp_path_factory.mktemp("book")
    toy_book.write(folder / "source")
    for out, where in (("there", {"DIETSB_BOOK_URL": toy_book.BASE + "/", "DIETSB_REPOSITORY": toy_book.REPOSITORY}),
                       ("nowhere", {})):
        done = toy_book.build(folder / "source", f"../{out}", **where)
        assert done.returncode == 0, done.stderr[-3000:]
    return folder / "there", folder / "nowhere"


def meta(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)"', page)
    return {name: unescape(said) for name, said in found if name.split(":")[0] in ("description", "og", "twitter")}


def test_a_page_describes_itself_and_has_a_card(books):
    page = (books[0] / "first.html").read_text()
    assert meta(page) == {
        "description": "Training needs few examples. It does.", "twitter:card": "summary_large_image",
        "og:type": "article", "og:site_name": "Toy <book>", "og:title": "First “page” & <more>",
        "og:description": "Training needs few examples. It does.", "og:url": f"{toy_book.BASE}/first.html",
        "og:image": f"{toy_book.BASE}/_static/card.png", "og:image:width": "1200", "og:image:height": "630",
        "og:image:alt": card.ALT}
    assert f'<link rel="canonical" href="{toy_book.BASE}/first.html" />' in page
    assert meta((books[0] / "book" / "api.html").read_text())["description"] == "Every function."
    assert meta((books[0] / "index.html").read_text()) == meta(page)


def test_without_an_address_nothing_names_a_host(books):
    for name in ("first.html", "index.html", "book/api.html", "404.html", "robots.txt"):
        text = (books[1] / name).read_text()
        assert "example.org" not in text and "canonical" not in text and "colab" not in text
        assert not {"og:url", "og:image"} & meta(text).keys()
    assert not (books[1] / "sitemap.xml").exists()
    assert meta((books[1] / "first.html").read_text())["description"] == "Training needs few examples. It does."


def test_the_sitemap_has_each_page_once(books):
    urls = [loc.text for loc in ElementTree.parse(books[0] / "sitemap.xml").iter() if loc.tag.endswith("loc")]
    assert urls == [f"{toy_book.BASE}/{page}.html" for page in ("first", "notebooks/toy", "methods", "book/api")]
    assert f"Sitemap: {toy_book.BASE}/sitemap.xml" in (books[0] / "robots.txt").read_text()


def test_the_card_is_a_small_picture_of_its_size(books):
    data = (books[1] / "_static" / "card.png").read_bytes()
    assert Image.open(io.BytesIO(data)).size == (1200, 630) and 5_000 < len(data) <= card.LARGEST


def test_links_of_the_404_page_begin_at_the_root_and_lead_somewhere(books):
    for folder, root in zip(books, ("/diet-sb", ""), strict=True):
        links = re.findall(r'(?:href|action)="([^"]+)"', (folder / "404.html").read_text())
        assert len(links) == 5 and all(link.startswith(f"{root}/") for link in links)
        assert all((folder / link.removeprefix(f"{root}/")).exists() for link in links)
    assert "<script" not in not_found.page("a", "", {"x": "<script>"})


@pytest.mark.parametrize("url", ["example.org", "ftp://example.org", "https://a b", "https://x.org/$(rm)", "x"])
def test_an_address_that_is_none_is_one_line(url):
    with pytest.raises(ConfigError, match="give an address such as https://"):
        publish.address(url, "the address")


def test_a_notebook_is_offered_with_outputs_and_without(books):
    for folder, first in zip(books, ("set-up", "product"), strict=True):
        page = (folder / "notebooks" / "toy.html").read_text()
        for link, outputs in (("_downloads/notebooks/toy.ipynb", 1), ("_sources/notebooks/toy.ipynb", 0)):
            assert f'href="../{link}"' in page
            cells = [cell for cell in json.loads((folder / link).read_text())["cells"] if cell["cell_type"] == "code"]
            assert cells[0]["id"] == first and len(cells[-1]["outputs"]) == outputs
    page = (books[0] / "notebooks" / "toy.html").read_text()
    for url in takeaway.places(toy_book.REPOSITORY, "main", "toy").values():
        assert f'href="{url}"' in page


def test_places_know_public_repositories_of_github_only():
    assert takeaway.places("https://github.com/a/b", "main", "x") == {
        "Colab": "https://colab.research.google.com/github/a/b/blob/notebooks/x.ipynb",
        "Binder": "https://mybinder.org/v2/gh/a/b/main?urlpath=lab/tree/notebooks/x.ipynb"}
    assert takeaway.places("", "main", "x") == takeaway.places("https://example.org/a/b", "main", "x") == {}


def test_the_citation_is_made_from_the_file(books):
    about = {"authors": [{"name": "The A & B group"}, {"family-names": "Ng", "given-names": "Ann"}],
             "title": "Diet_X: 50 %", "date-released": "2026-11-21", "version": "0.1"}
    assert cite.bibtex(about, "https://x.org").splitlines() == [
        "@software{dietsb2026,", r"  author  = {{The A \& B group} and Ng, Ann},", r"  title   = {{Diet\_X: 50 \%}},",
        "  year    = {2026},", "  version = {0.1},", "  url     = {https://x.org},", "}"]
    text = unescape(re.sub("<[^>]*>", "", (books[0] / "methods.html").read_text()))
    assert "@software{dietsb2026," in text and f"url     = {{{toy_book.BASE}}}" in text


@pytest.fixture(scope="module")
def tab(books):
    path = browser.require()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, toy_book.served(books[1]) as site:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started.new_page(base_url=site)
        started.close()


@pytest.mark.parametrize("word", ["overlap", "UCB", "forgetting"])
def test_a_search_names_pages_before_the_reference(tab, word):
    tab.goto(f"/search.html?q={word}")
    tab.locator("ul.search li a", has_text=f"toy.{word.lower()}").first.wait_for()
    found = [link.split("#")[0] for link in tab.locator("ul.search li > a").evaluate_all(
        "links => links.map(link => new URL(link.href).pathname.slice(1))")]
    first = found.index("book/api.html")
    assert "methods.html" in found[:first] and set(found[first:]) == {"book/api.html"} and len(found) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_404_page_is_accessible(tab, scheme):
    from axe_playwright_python.sync_playwright import Axe

    tab.emulate_media(color_scheme=scheme)
    tab.goto("/404.html")
    assert Axe().run(tab).response["violations"] == []
    tab.get_by_label("Search the book").fill("forgetting")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=forgetting")
