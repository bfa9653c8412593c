"""The first use of each term of the glossary on a page: a link to its entry, with the definition on hover and focus.

Terms are those of the page `book/glossary`. One with a capital is looked for as it stands, others in any case, both
also with an s at the end. Headings, code, links and formulas are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.writers.html5 import HTML5Translator

from dietsb_book.escape import html

PAGE = "book/glossary"
WITHOUT = {PAGE, "book/api", "book/references"}  # pages that use every word, or are not ours to mark
SKIPPED = (nodes.title, nodes.reference, nodes.literal, nodes.literal_block, nodes.raw, nodes.math, nodes.math_block,
           nodes.rubric, nodes.comment, nodes.term, nodes.thead, nodes.citation, addnodes.pending_xref)


class term_use(nodes.reference):  # docutils names the methods that write a node after its class
    """A link whose `definition` shows while it is pointed at or has the focus, under the id `tip`."""


@dataclass(frozen=True)
class Entry:
    """A term's definition as text, and where it stands."""

    definition: str
    anchor: str


def entries(glossary: nodes.document) -> dict[str, Entry]:
    """{term: its entry} of all definitions of a page; several terms may share one."""
    found = {}
    for item in glossary.findall(nodes.definition_list_item):
        words = [term for term in item.children if isinstance(term, nodes.term)]
        text = " ".join(item.next_node(nodes.definition).astext().split())
        found |= {term.astext(): Entry(text, term["ids"][0]) for term in words if term["ids"]}
    return found


def pattern(terms: list[str]) -> re.Pattern:
    """Any of the terms as whole words, the longest first."""
    forms = (re.escape(term) if term != term.lower() else f"(?i:{re.escape(term)})"
             for term in sorted(terms, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])({'|'.join(forms)})(?=s?(?![\w-]))")


class Terms(SphinxPostTransform):
    """Mark the first uses of a page, once it is known which of a notebook's outputs it shows."""

    default_priority = 900

    def run(self, **_: object) -> None:
        page = self.env.docname
        if page in WITHOUT or PAGE not in self.env.all_docs or self.app.builder.format != "html":
            return
        mark(self.document, entries(self.env.get_doctree(PAGE)), self.app.builder.get_relative_uri(page, PAGE))


def mark(document: nodes.document, left: dict[str, Entry], address: str) -> None:
    """Turn the first use of each entry into a `term_use`. `left` loses those that were found."""
    for text in list(texts(document)):
        parts, rest = [], text.astext()
        while left and (found := pattern(list(left)).search(rest)):
            parts += [nodes.Text(rest[:found.start()]), use(found[0], left, address)]
            rest = rest[found.end():]
        if parts:
            text.parent.replace(text, [part for part in (*parts, nodes.Text(rest)) if part.astext()])


def texts(document: nodes.document) -> Iterator[nodes.Text]:
    """The texts in which a term may be marked, in the order of the page."""
    for text in document.findall(nodes.Text):
        parent = text.parent
        while parent is not None and not isinstance(parent, SKIPPED):
            parent = parent.parent
        if parent is None:
            yield text


def use(word: str, left: dict[str, Entry], address: str) -> term_use:
    """The link for a word that was found; all terms of its entry are then used up."""
    term = next(term for term in left if word in (term, term.lower()) or word.lower() == term)
    entry = left[term]
    for same in [name for name, other in left.items() if other.definition == entry.definition]:
        del left[same]
    return term_use("", word, refuri=f"{address}#{entry.anchor}", internal=True, definition=entry.definition,
                    tip=f"tip-{entry.anchor}")


def visit(self: HTML5Translator, node: term_use) -> None:
    self.body.append(f'<span class="term-use"><a class="reference internal" href="{html(node["refuri"])}" '
                     f'aria-describedby="{node["tip"]}">')


def depart(self: HTML5Translator, node: term_use) -> None:
    self.body.append(f'</a><span role="tooltip" id="{node["tip"]}">{html(node["definition"])}</span></span>')


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(term_use, html=(visit, depart))
    app.add_post_transform(Terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
