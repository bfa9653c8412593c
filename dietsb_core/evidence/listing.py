"""Rows of a report as text, for a terminal."""

from __future__ import annotations

from dietsb_core.evidence.spending import comparable_seconds

TELLING = {"model", "options", "epochs"}  # columns of the text that are shown where rows differ in them


def cells(r: dict) -> dict[str, str]:
    """A row's text, a column each; with the fraction and what is in common of rows that compare two rankings."""
    low, high = r["accuracy_ci95"] or (float("nan"),) * 2
    shared = {"fraction": f"{r['fraction']:g}", "in common": f"{r['overlap_mean']:.3f} (chance {r['chance']:.2f})"
              } if "fraction" in r else {}
    return {
        "policy": r["policy"], "model": r["model"], "keep": f"{r['keep']:g}",
        "options": ", ".join(f"{name}={value}" for name, value in r["options"].items()) or "-",
        "epochs": str(r["epochs"]), "seeds": str(len(r["seeds"])),
        "accuracy": f"{r['accuracy_mean']:.3f} [{low:.3f}, {high:.3f}]", "pruned": f"{r['pruned_realised']:.1%}",
        "backprops": f"{r['backprops']:.0f}",
        "seconds": "-" if (took := comparable_seconds(r)[0]) is None else f"{took:.0f}",
        "epoch/baseline": "-" if (ratio := r["epoch_over_baseline"]) is None else f"{ratio:.2f}",
        "floor": f"{r['floor']:.2f}", **shared,
    }


def table(rows: list[dict]) -> str:
    """Rows as text, for a terminal, with every column by which they can be told apart."""
    found = [cells(r) for r in rows]
    shown = [name for name in found[0] if name not in TELLING or len({cell[name] for cell in found}) > 1]
    widths = {name: max(len(name), *(len(cell[name]) for cell in found)) for name in shown}
    lines = [dict(zip(shown, shown, strict=True)), *found]
    return "\n".join("  ".join(line[name].ljust(widths[name]) for name in shown).rstrip() for line in lines)
