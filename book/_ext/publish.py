"""How the book is found and shared: a description and a card for each page, sitemap.xml, robots.txt and 404.html.

No address is invented. Where the book is published stands in the environment's DIETSB_BOOK_URL, else in html.baseurl
of _config.yml. Without it no page names a host: there is no canonical link, no og:url, no og:image and no sitemap.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from _ext import card, not_found
from dietsb_book.escape import html

HERE = Path(__file__).parent
CARD = "_static/card.png"
LONGEST = 200  # characters; search engines and cards show about as many
ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?(/[\w./~-]*)?")


def address(value: str, name: str) -> str:
    """`value` without its last slash; a ConfigError where it is no plain address."""
    if value and not ADDRESS.fullmatch(value):
        raise ConfigError(f"{name} is {value!r}: give an address such as https://example.org/book, or leave it empty")
    return value.rstrip("/")


def configure(app: Sphinx, config: Config) -> None:
    where = os.environ.get("DIETSB_BOOK_URL") or config.html_baseurl
    config.html_baseurl = address(where, "the book's address (DIETSB_BOOK_URL or html.baseurl)")
    config.html_search_scorer = str(HERE / "search_scorer.js")  # Sphinx would look for it where it was started


def description(doctree: nodes.document) -> str:
    """The page's first sentences of prose, as many as fit: at least one, without citations and formulas."""
    prose = (p.astext() for p in doctree.findall(nodes.paragraph) if isinstance(p.parent, nodes.section))
    text = " ".join(re.sub(r"\s\[[^\]]*\d{4}[^\]]*\]|\s\[[^\]]*n\.d\.\]", "", next(prose, "")).split())
    kept = ""
    for sentence in re.split(r"(?<=[^\W\d][.!?])\s+(?=[A-Z\d])|(?<=\)[.!?])\s+", text):
        if "\\" in sentence or kept and len(kept) + len(sentence) >= LONGEST:
            break
        kept = f"{kept} {sentence}".strip()
    return kept if len(kept) <= 1.5 * LONGEST else kept[:LONGEST].rsplit(" ", 1)[0] + " …"


def tags(title: str, about: str, book: str, url: str = "", image: str = "") -> str:
    """The page's description for search engines, and its card for whoever shares it."""
    named = {"description": about, "twitter:card": "summary_large_image" if image else "summary"}
    shared = {"og:type": "article", "og:site_name": book, "og:title": title, "og:description": about, "og:url": url,
              "og:image": image}
    if image:
        shared |= {"og:image:width": card.WIDTH, "og:image:height": card.HEIGHT, "og:image:alt": card.ALT}
    lines = [f'<meta name="{name}" content="{html(said)}" />' for name, said in named.items() if said]
    lines += [f'<meta property="{name}" content="{html(said)}" />' for name, said in shared.items() if said]
    return "\n".join(lines) + "\n"


def page_tags(app: Sphinx, page: str, title: str, about: str) -> str:
    base = app.config.html_baseurl
    return tags(title, about, app.config.html_title, base and f"{base}/{page}.html", base and f"{base}/{CARD}")


def _about(app: Sphinx, page: str, doctree: nodes.document) -> str:
    return app.env.metadata[page].get("description") or description(doctree)


def describe(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    if doctree is not None and app.builder.name == "html":
        about = _about(app, page, doctree)
        context["metatags"] = context.get("metatags", "") + page_tags(app, page, app.env.titles[page].astext(), about)


def sitemap(base: str, pages: list[str]) -> str:
    urls = "".join(f"<url><loc>{html(f'{base}/{page}.html')}</loc></url>\n" for page in pages)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n')


def robots(base: str) -> str:
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {base}/sitemap.xml\n" if base else "")


def door(app: Sphinx, title: str) -> str:
    """index.html leads to page one, and has its card: who shares the book's address shares this file."""
    root, base = app.config.root_doc, app.config.html_baseurl
    first = f"{root}.html"
    canonical = f'<link rel="canonical" href="{html(f"{base}/{first}")}" />\n' if base else ""
    head = page_tags(app, root, title, _about(app, root, app.env.get_and_resolve_doctree(root, app.builder)))
    return (f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n<title>{html(title)}</title>\n'
            f'<meta http-equiv="Refresh" content="0; url={html(first)}" />\n{canonical}{head}</head>\n'
            f'<body><p><a href="{html(first)}">{html(title)}</a></p></body>\n</html>\n')


def finish(app: Sphinx, error: Exception | None) -> None:
    """Write what is of the whole book, once its pages are there."""
    if error or app.builder.name != "html":
        return
    out, base, pages = Path(app.outdir), app.config.html_baseurl, list(app.env.collect_relations())
    titles = {page: app.env.titles[page].astext() for page in pages}
    (out / "robots.txt").write_text(robots(base))
    (out / "index.html").write_text(door(app, titles[app.config.root_doc]))
    (out / "404.html").write_text(not_found.page(app.config.html_title, urlsplit(base).path, titles))
    if base:
        (out / "sitemap.xml").write_text(sitemap(base, pages))
    card.draw(out / CARD, app.config.html_title, titles[app.config.root_doc])


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure, priority=400)
    app.connect("html-page-context", describe)
    app.connect("build-finished", finish, priority=400)  # before the table of contents makes an index.html of its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
