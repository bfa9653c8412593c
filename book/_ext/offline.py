"""No page asks anything of another host: scripts and styles that would are left out, and thebe's too."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def _is_local(asset: object) -> bool:
    """`asset` is one of Sphinx's script or style objects; an inline script has its text in `attributes`."""
    name = str(getattr(asset, "filename", asset) or "")
    body = getattr(asset, "attributes", {}).get("body") or ""
    return "//" not in name and "thebe" not in name and "THEBE" not in body


def keep_local(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context[kind] if _is_local(asset)]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", keep_local, priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
