"""A notebook's charts in its page: drawn as SVG during the build, and live where scripts run.

The Vega-Lite of each chart is compiled here. What draws it is one file for all pages, which vl-convert's wheel holds;
charts.js loads it where a chart comes into view.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Any

import vl_convert
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config

MIME = "application/vnd.vegalite.v5+json"
VERSION = "5.20"  # of Vega-Lite, Altair 5.5's
SYMBOLS = {       # as Vega draws them
    "circle": "M-5,0a5,5 0 1,0 10,0a5,5 0 1,0 -10,0Z", "square": "M-4,-4H4V4H-4Z", "diamond": "M0,-6L5,0L0,6L-5,0Z",
    "cross": "M-5,-2H-2V-5H2V-2H5V2H2V5H-2V2H-5Z", "triangle-up": "M0,-5L5,4H-5Z", "triangle-down": "M0,5L5,-4H-5Z",
    "triangle-right": "M5,0L-4,5V-5Z", "triangle-left": "M-5,0L4,5V-5Z",
}


def as_html(output: NotebookNode) -> NotebookNode:
    """A chart's output as HTML; any other output as it is."""
    spec = output.get("data", {}).get(MIME)
    return output if spec is None else NotebookNode(output, data=NotebookNode({"text/html": figure(spec)}))


def figure(spec: dict[str, Any]) -> str:
    """The chart as a figure: its picture, and its compiled specification for charts.js."""
    spec = copy.deepcopy(spec)
    spec["config"]["legend"] = {"disable": True}  # the page has its own
    width = {"width": "container"} if spec["usermeta"]["fluid"] else {}
    compiled = vl_convert.vegalite_to_vega(spec | width, vl_version=VERSION)
    del compiled["$schema"]  # of Vega 5, which Vega 6 reads as well
    text = json.dumps(compiled, separators=(",", ":"))
    name = "chart-" + hashlib.sha256(text.encode()).hexdigest()[:10]
    data = text.replace("<", r"\u003c")  # nothing in it ends the script
    return (f'<figure class="chart" id="{name}"><div class="chart-inputs"></div><div class="chart-view">'
            f'{picture(spec, name)}</div>{legend(spec["usermeta"])}<script type="application/json">{data}</script>'
            "</figure>")


def legend(meta: dict[str, Any]) -> str:
    """The entries below a chart. Those that a script can hide are buttons, of no use without one."""
    field = escape(meta["field"])
    items = []
    for name, colour, look in meta["legend"]:
        mark = f'{swatch(colour, look)}<span>{escape(name)}</span>'
        if field and look in SYMBOLS:
            pressed = "false" if name in meta["hidden"] else "true"
            mark = f'<button type="button" aria-pressed="{pressed}">{mark}</button>'
        items.append(f"<li>{mark}</li>")
    return f'<ul class="chart-legend" data-field="{field}">{"".join(items)}</ul>' if items else ""


def swatch(colour: str, look: str) -> str:
    """A point of a shape, or a line of dashes."""
    ink = escape(colour)
    drawn = (f'<path d="{SYMBOLS[look]}" fill="{ink}"/>' if look in SYMBOLS else
             f'<path d="M-8,0H8" stroke="{ink}" stroke-width="2" stroke-dasharray="{escape(look)}"/>')
    return f'<svg viewBox="-8 -6 16 12" width="16" height="12" aria-hidden="true">{drawn}</svg>'


def picture(spec: dict[str, Any], name: str) -> str:
    """The chart as SVG of its width in a notebook, its ids those of `name` alone."""
    svg = vl_convert.vegalite_to_svg(spec, vl_version=VERSION)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{escape(spec.get("description", ""))}" ', 1)


def write_runtime(app: Sphinx, config: Config) -> None:
    """Put Vega's runtime among the static files of the book."""
    folder = Path(app.outdir).parent / "runtime"
    folder.mkdir(parents=True, exist_ok=True)
    bundle = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VERSION)
    # Within a function its names are its own: Sphinx's scripts have a _ as well.
    (folder / "vega.js").write_text(f"(() => {{{bundle}}})();", "utf-8")
    config.html_static_path.append(str(folder))


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", write_runtime)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
