"""A slider over the measured redundancy of regimes: what each method gained at the measured ones next to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dietsb_book.escape import html
from dietsb_core.evidence import predictors
from dietsb_core.evidence.advice import by_regime, points, told, tuned
from dietsb_core.evidence.when import Compared

if TYPE_CHECKING:
    from IPython.display import HTML

MEASURE = "fit"  # of the three measures the one that a reader can picture
Regime = tuple[float, str, list[Compared]]


def slider(lines: list[Compared]) -> HTML:
    """A table with a column for each regime in order of its redundancy. Where enough regimes are measured,
    `_static/redundancy.js` shows a slider, and of the columns those next to it. Nothing is interpolated."""
    from IPython.display import HTML

    found = measured(lines)
    if len(found) < predictors.FEWEST:
        return HTML(f'<div class="redundancy"><p>{html(too_few(found, lines))}</p>{table(found)}</div>')
    low, high = round(100 * found[0][0]), round(100 * found[-1][0])
    control = (f'<p class="redundancy-slider" hidden><label>Examples that full training has fitted at its end, %: '
               f'<input type="range" min="{low}" max="{high}" step="1" value="{low}" autocomplete="off" '
               'data-lm-suppress-shortcuts="true"></label> <span role="status" aria-live="polite"></span></p>')
    return HTML(f'<div class="redundancy">{control}{table(found)}</div>')


def measured(lines: list[Compared]) -> list[Regime]:
    """(share fitted, regime, its lines) of each regime that has this measure, the least redundant first."""
    known = ((predictors.redundancy(mine, MEASURE), name, mine) for name, mine in by_regime(lines).items())
    return sorted(one for one in known if one[0] is not None)


def too_few(found: list[Regime], lines: list[Compared]) -> str:
    """What is said in place of a slider."""
    return (f"The records say of {len(found)} of {len(by_regime(lines))} regimes how many examples full training has "
            f"fitted at its end. A slider needs {predictors.FEWEST}.")


def table(found: list[Regime]) -> str:
    """Methods by regimes; in each cell the gain at equal total cost, in points, with its interval and verdict."""
    if not found:
        return ""
    cells = [{told(one): gained(one) for one in tuned(mine) if not one.is_control} for *_, mine in found]
    head = "".join(f'<th scope="col" data-fit="{100 * fit:.1f}">{html(name)}<br>{100 * fit:.0f} % fitted</th>'
                   for fit, name, _ in found)
    methods = dict.fromkeys(method for column in cells for method in column)
    rows = "".join(f'<tr><th scope="row">{html(method)}</th>'
                   + "".join(f"<td>{html(column.get(method, '–'))}</td>" for column in cells) + "</tr>"
                   for method in methods)
    return (f'<div class="redundancy-table"><table><thead><tr><th scope="col">Gain at equal total cost</th>{head}</tr>'
            f'</thead><tbody>{rows}</tbody></table></div>')


def gained(one: Compared) -> str:
    """A gain with its interval and verdict; why there is none."""
    return f"{points(one.gain)}, {one.verdict}" if one.gain else one.verdict
