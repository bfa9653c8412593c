"""The methods in a training loop of one's own: `Selector` beside a plain DataLoader, which it does not patch."""

from dietsb_core.own_loop.pool import PoolSampler, WithIds
from dietsb_core.own_loop.queue import Queue
from dietsb_core.own_loop.selector import Selector

__all__ = ["PoolSampler", "Queue", "Selector", "WithIds"]
