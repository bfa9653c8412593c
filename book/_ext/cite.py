"""How to cite the project, as BibTeX: made from CITATION.cff, shown where a page says {{ cite_bibtex }}."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config

CITATION = Path(__file__).resolve().parents[2] / "CITATION.cff"
KEY = "dietsb"


def bibtex(about: dict, url: str = "") -> str:
    """The entry of what a CITATION.cff says of a piece of software."""
    fields = {
        "author": " and ".join(map(_name, about["authors"])),
        "title": f"{{{_text(about['title'])}}}",  # twice in braces: styles keep its capitals
        "year": str(about["date-released"])[:4],
        "version": _text(about["version"]),
        "url": about.get("url") or about.get("repository-code") or url,
    }
    width = max(map(len, fields))
    lines = [f"  {name:{width}} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@software{{{KEY}{fields['year']},", *lines, "}"])


def _name(author: dict) -> str:
    if "name" in author:  # of a group: BibTeX would take it apart
        return f"{{{_text(author['name'])}}}"
    return f"{_text(author['family-names'])}, {_text(author['given-names'])}"


def _text(value: object) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", str(value))


def configure(app: Sphinx, config: Config) -> None:
    repository = config.html_theme_options.get("repository_url", "")
    entry = bibtex(yaml.safe_load(CITATION.read_text()), config.html_baseurl or repository)
    config.myst_substitutions = {**config.myst_substitutions, "cite_bibtex": f"```bibtex\n{entry}\n```"}


def plain_roles(app: Sphinx, page: str, template: str, context: dict, doctree: object) -> None:
    """Take from bibliographies the roles that browsers no longer know, and that their anchors do not fit."""
    if body := context.get("body"):
        context["body"] = body.replace(' role="doc-biblioentry"', "").replace('<div role="list" class="citation-list">',
                                                                              '<div class="citation-list">')


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", configure, priority=450)  # after the addresses, before MyST reads its settings
    app.connect("html-page-context", plain_roles)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
