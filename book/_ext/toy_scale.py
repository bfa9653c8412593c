"""What a notebook showed at a further preset: its outputs in a closed box, and why a verdict there is another one."""

from __future__ import annotations

import re

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from _ext.arranged import result, shows, tags, without_input
from _ext.verdict_words import opposite, words
from dietsb_book.escape import html, myst

ONCE = "recorded-only"  # the tag of cells that show the recorded runs at every preset
SUMMARY = "Reproduced on this machine at {} (toy scale: drawn images, minutes on two cores)"
WHY = ("The recorded runs say the opposite of this table on {}. It is at toy scale: a small network, few epochs, other "
       "images. The recorded runs count.")


def toy_section(cells: list[NotebookNode], recorded: dict[str, NotebookNode], done: dict[str, NotebookNode],
                preset: str, box: str) -> list[NotebookNode]:
    """The outputs of the executed cells `done`, under names of their own, and the `box` that says how they were made.
    `recorded` are the executed cells of the page itself, whose verdicts these are compared with."""
    head = f'<details class="fold toy-scale">\n<summary>{html(SUMMARY.format(preset))}</summary>\n'
    shown: list[NotebookNode] = []
    for cell in (cell for cell in cells if cell.cell_type == "code" and shows(cell, done) and ONCE not in tags(cell)):
        again, recorded_cell = done[cell.id], recorded.get(cell.id)
        if turned := opposite(words(again), words(recorded_cell) if recorded_cell else {}):
            shown.append(new_markdown_cell(WHY.format("; ".join(f"“{myst(claim)}”" for claim in turned))))
        shown.append(_again(cell, again, preset))
    return [new_markdown_cell(head), *shown, new_markdown_cell(box), new_markdown_cell("</details>")]


def _again(cell: NotebookNode, executed: NotebookNode, preset: str) -> NotebookNode:
    """A cell's outputs without its input, under names and ids that end in the preset."""
    metadata = without_input(cell)
    figure = metadata.get("mystnb", {}).get("figure")
    if figure:
        figure = dict(figure, caption=f"{figure['caption']} (At `{preset}`.)")
        if "name" in figure:
            figure["name"] = f"{figure['name']}-{preset}"
        metadata["mystnb"] = dict(metadata["mystnb"], figure=figure)
    own = [out for out in executed.outputs if "scrapbook" not in out.get("metadata", {})]  # glued once a page
    shown = result(executed) | {"outputs": [_renamed(out, preset) for out in own]}
    return NotebookNode(cell, **shown, metadata=metadata, id=f"{cell.id}-{preset}"[-64:])


def _renamed(output: NotebookNode, suffix: str) -> NotebookNode:
    """The output with every HTML id, and each reference to one, made its own: an id stands once in a page."""
    html = output.get("data", {}).get("text/html")
    if html is None:
        return output
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    if ids:
        names = "|".join(map(re.escape, sorted(ids, key=len, reverse=True)))
        html = re.sub(rf'(["#\s])({names})(?=["\s,.{{:>])', rf"\g<1>\g<2>-{suffix}", html)
    return NotebookNode(output, data=NotebookNode(output.data, **{"text/html": html}))
