"""Results in words: text stays text for the book's pages, for JupyterLab and on a console."""

from __future__ import annotations

import html
import re

import pytest
from docutils import nodes
from hostile import HOSTILE
from markdown_it import MarkdownIt
from test_escape import written

from dietsb_book.prose import Said, said, show
from dietsb_core.errors import one_line


def shown(*lines: object, **more: str) -> dict[str, str]:
    return Said(lines, **more)._repr_mimebundle_()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("lines", [1, 2])
def test_a_line_is_read_as_that_text(name, lines):
    """By CommonMark, as which myst-nb reads outputs, and by MyST."""
    text = shown(*[f"a {name}"] * lines)
    want = one_line(f"a {name}").strip()
    tree = written(text["text/markdown"])
    assert tree.astext().split("\n\n") == [want] * lines
    assert not list(tree.findall(lambda node: isinstance(node, (nodes.raw, nodes.reference, nodes.literal))))
    page = MarkdownIt("commonmark").render(text["text/markdown"])
    assert set(re.findall(r"</?(\w+)", page)) == ({"p"} if lines == 1 else {"ul", "li"})
    assert html.unescape(re.sub(r"<[^>]*>", "", page)).split("\n").count(want) == lines
    assert set(re.findall(r"</?(\w+)", text["text/html"])) == ({"p"} if lines == 1 else {"ul", "li"})
    assert html.unescape(text["text/html"]).count(one_line(f"a {name}")) == lines


def test_several_lines_are_a_list_and_one_is_a_paragraph():
    assert shown("a", "b")["text/markdown"] == "- a\n- b" and shown("a")["text/markdown"] == "a"
    assert repr(said(iter(["a", 2]))) == "a\n2"
    assert repr(said([])) == shown()["text/markdown"] == ""


def test_a_page_has_the_link_and_a_notebook_the_words_instead():
    text = shown("one is missing", link=": [the list](x.html).", aside="; make <it>")
    assert text["text/markdown"] == "one is missing: [the list](x.html)."
    assert text["text/plain"] == "one is missing; make <it>"
    assert text["text/html"] == '<p class="mathjax_ignore">one is missing; make &lt;it&gt;</p>'


def test_on_a_console_lines_are_plain(capsys):
    show(["a *b*", "c"], aside="; d")
    assert capsys.readouterr().out == "a *b*\nc; d\n"
