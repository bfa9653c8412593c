"""Accuracy over the values of one constant at a time."""

from __future__ import annotations

from dietsb_core.grids.dynamic import DEFAULTS, SWEEPS


def groups(rows: list[dict]) -> dict[tuple[str, str], dict[str, list[float]]]:
    """{(policy, constant): {value: accuracies}} of the rows that are on record; the plain run stands at the default."""
    out: dict[tuple[str, str], dict[str, list[float]]] = {}
    for policy, name, values in SWEEPS:
        found = {f"{value:g}": accuracies for value in values
                 if (accuracies := of(rows, policy, {} if value == DEFAULTS[name] else {name: value}))}
        out[policy, name] = found
    for policy in dict.fromkeys(policy for policy, _, _ in SWEEPS if policy != "dynamic_random"):
        both = {"training": of(rows, policy, {}), "pass": of(rows, policy, {"source": "pass"})}
        out[policy, "source of the score"] = {name: found for name, found in both.items() if found}
    return {key: found for key, found in out.items() if found}


def of(rows: list[dict], policy: str, options: dict) -> list[float]:
    """Accuracies of the one setting; none where it is not on record."""
    return next((row["accuracies"] for row in rows if row["policy"] == policy and row["options"] == options), [])


def spread(rows: list[dict]) -> dict[tuple[str, str], float]:
    """{(policy, constant): how far the means of its values lie apart}, as fractions."""
    means = {key: [sum(values) / len(values) for values in found.values()] for key, found in groups(rows).items()}
    return {key: max(values) - min(values) for key, values in means.items()}
