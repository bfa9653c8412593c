"""The methods in your own training loop: a `Selector` beside a plain DataLoader. Nothing is patched."""

from dietsb_core.own_loop.pool import PoolSampler, WithIds
from dietsb_core.own_loop.queue import Queue
from dietsb_core.own_loop.selector import Selector

__all__ = ["PoolSampler", "Queue", "Selector", "WithIds"]
