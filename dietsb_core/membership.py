"""Which examples an epoch trained on, counted over the epochs that went by the method's rule."""

from __future__ import annotations

from torch import Tensor

from dietsb_core.ledger import Ledger


def note(ledger: Ledger, members: Tensor) -> dict[str, float | bool]:
    """Count the examples of this epoch's set, bool [N]. The set is the pool; where a method selects within batches, it
    is what was trained on. (Examples of the pool that the last short batch left out are in the set: chance left them
    out.)

    Returns `settled`, false while a method still chooses examples because they were never seen, and `jaccard`,
    |A ∩ B| / |A ∪ B| of this set and that of the epoch before. Within a period, whose set does not change, there is no
    `jaccard`. The ledger's memory `member` counts the settled epochs of each example."""
    memory = ledger.memory
    settled, last = bool(memory.get("settled", True)), memory.get("members")
    memory["members"], memory["member"] = members, memory.get("member", 0) + (members & settled).long()
    fresh = last is not None and memory.get("renewed", True)
    both = {"jaccard": float((members & last).sum() / (members | last).sum().clamp(min=1))} if fresh else {}
    return {"settled": settled, **both}
