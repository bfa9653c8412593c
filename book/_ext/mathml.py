"""Equations as MathML, made while the book is built: no script, nothing to fetch, read by screen readers.

docutils converts the LaTeX; a command that it does not know is a warning, so that the build turns red instead
of showing raw LaTeX. `html_math_renderer: mathml` in the configuration switches this on.
"""

from __future__ import annotations

import re

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from dietsb_book.escape import html

logger = logging.getLogger(__name__)
FENCE = re.compile(r"<mo( class=\"mathopen\")?>([‖|⌊⌋⌈⌉⟨⟩])</mo>")
# What docutils lacks or misreads, said with what it has.
LIKE = {
    r"(\\[dt]?frac)(\d)(\d)": r"\1{\2}{\3}",
    r"\\dots(?![a-zA-Z])": r"\\ldots",
    r"\{(align|gather)\*?\}": "{aligned}",
    r"\\(begin|end)\{equation\*?\}": "",
}


def mathml(tex: str, block: bool) -> str:
    """MathML of one equation; raises docutils' MathError where it has no equivalent."""
    for lacking, known in LIKE.items():
        tex = re.sub(lacking, known, tex)
    markup = tex2mathml(tex, as_block=block)
    if r"\left" not in tex:  # browsers stretch these unless told not to, LaTeX only after \left
        markup = FENCE.sub(r'<mo\1 stretchy="false">\2</mo>', markup)
    return markup


def _converted(node: nodes.Element, block: bool) -> str:
    try:
        return mathml(node.astext(), block)
    except (MathError, SyntaxError) as error:
        logger.warning("equation %s: %s", node.astext(), error, location=node, type="mathml")
        return f"<code>{html(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(_converted(node, block=False))
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.Element) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    self.body.append(_converted(node, block=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
