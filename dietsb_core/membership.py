"""Which examples an epoch trained on, counted over the epochs that went by the method's rule."""

from __future__ import annotations

from torch import Tensor

from dietsb_core.ledger import Ledger


def note(ledger: Ledger, members: Tensor) -> dict[str, float | bool]:
    """Count who is of this epoch's set, bool [N]: the pool, or where a batch was selected from who was trained on.
    (What is left of a pool by its last short batch is of the set: chance left it out and not the method.)

    Returns `settled`, false while a method goes by who has never been seen, and `jaccard`, |A ∩ B| / |A ∪ B| of this
    set and the last epoch's, but not within a period, whose set is one. The ledger's memory `member` counts the settled
    epochs of each example."""
    memory = ledger.memory
    settled, last = bool(memory.get("settled", True)), memory.get("members")
    memory["members"], memory["member"] = members, memory.get("member", 0) + (members & settled).long()
    fresh = last is not None and memory.get("renewed", True)
    both = {"jaccard": float((members & last).sum() / (members | last).sum().clamp(min=1))} if fresh else {}
    return {"settled": settled, **both}
