"""Reads images that stay on the host or in their file, in a known order, before they are needed.

Only a bounded buffer of images is held. A thread fills it while the device works. The thread ends when the buffer is
full, and a later fetch starts another: no thread is left after an epoch, an exception or Ctrl-C.
"""

from __future__ import annotations

import threading

import numpy as np
import torch
from torch import Tensor

from dietsb_core.sources.array_reader import Rows

BUFFER = 1 << 26  # bytes read ahead; two batches where those are more
STEP = 1 << 20    # bytes that the thread reads before it says so


class Ahead:
    """Any rows of `images`, uint8 [N, side, side, 3], a np.memmap or an array: soonest in the order of `plan`."""

    def __init__(self, images: np.ndarray):
        self.rows, self.current = Rows(images), None

    def plan(self, order: Tensor) -> None:
        """From now on rows will be wanted in about this order (int64 [n], on any device); reading begins at the first
        fetch. Rows out of order, of an earlier plan or of none are no mistake: they are read when they are wanted."""
        if self.current:
            self.current.stop()
        self.current = Pass(self.rows, order) if len(order) else None

    def fetch(self, ids: Tensor, pinned: bool = False) -> Tensor:
        """The images `ids` (int64 [m], on any device): uint8 [m, side, side, 3], new, on the host; pinned if asked."""
        out = torch.empty(len(ids), *self.rows.shape, dtype=torch.uint8, pin_memory=pinned)
        left = self.current.take(ids, out) if self.current else np.full(len(ids), True)
        if left.all():
            self.rows.read(numbers(ids), out.numpy())
        elif left.any():
            out[torch.from_numpy(left)] = torch.from_numpy(self.rows.take(numbers(ids)[left]))
        return out


class Pass:
    """One way through `order`. Position p stands in row p % room of the ring; those from `low` to `done` are there."""

    def __init__(self, rows: Rows, order: Tensor):
        self.rows, self.order, self.version = rows, order, version(order)
        self.numbers = numbers(order).copy()
        self.ring: Tensor | None = None  # [room, side, side, 3], from the first fetch on
        self.where: np.ndarray | None = None
        self.low = self.done = 0
        self.changed = threading.Condition()
        self.thread: threading.Thread | None = None
        self.error: BaseException | None = None
        self.stopped = False

    def take(self, ids: Tensor, out: Tensor) -> np.ndarray:
        """Copy those of `ids` [m] to `out` that are in the buffer or about to be; bool [m]: which are not."""
        if self.ring is None:
            room = min(len(self.numbers), max(2 * len(ids), BUFFER // self.rows.size))
            self.ring = torch.empty(room, *self.rows.shape, dtype=torch.uint8)
        at = self.positions(ids)
        here = self.wait(at)
        slots = torch.from_numpy(at[here] % len(self.ring))
        if here.all():
            torch.index_select(self.ring, 0, slots, out=out)
        elif here.any():
            out[torch.from_numpy(here)] = self.ring[slots]
        return ~here

    def positions(self, ids: Tensor) -> np.ndarray:
        """Where in the order each of `ids` [m] stands; -1 where it does not."""
        start = self.slice_of(ids)
        if start is not None:
            return np.arange(start, start + len(ids))
        if self.where is None:
            self.where = np.full(len(self.rows), -1)
            self.where[self.numbers] = np.arange(len(self.numbers))
        return self.where[numbers(ids)]

    def slice_of(self, ids: Tensor) -> int | None:
        """The position of the first of `ids` where they are a slice of the order itself, recognised by its address:
        ids on a GPU then need no copy to the host, which would wait for all that the GPU has to do."""
        same = (ids.device == self.order.device and version(self.order) == self.version
                and ids.untyped_storage().data_ptr() == self.order.untyped_storage().data_ptr()
                and ids.stride() == self.order.stride() == (1,))
        start = ids.storage_offset() - self.order.storage_offset()
        return start if same and 0 <= start <= len(self.order) - len(ids) else None

    def wait(self, at: np.ndarray) -> np.ndarray:
        """Let go of what is before the positions `at` [m], and wait for those that the ring has room for; bool [m]:
        which these are."""
        planned = at[at >= 0]
        with self.changed:
            self.low = max(self.low, int(planned.min()) if len(planned) else 0)
            here = (at >= self.low) & (at < self.low + len(self.ring))
            need = int(at[here].max()) + 1 if here.any() else 0
            self.start(need)
            while self.done < need and not self.error:
                self.changed.wait()
            if self.error:
                raise self.error
        return here

    def start(self, need: int) -> None:
        """Start the thread where there is something to read for it: what is needed now, or a quarter of the ring."""
        if not self.thread and not self.error and (self.done < need or self.end() - self.done > len(self.ring) // 4):
            self.thread = threading.Thread(target=self.fill, name="dietsb-ahead")
            self.thread.start()

    def end(self) -> int:
        """The first position that there is no room for, or none of."""
        return min(self.low + len(self.ring), len(self.numbers))

    def fill(self) -> None:
        """What the thread does: read until the ring is full."""
        try:
            while span := self.next():
                rows, slot = self.numbers[slice(*span)], span[0] % len(self.ring)
                self.rows.expect(rows)
                self.rows.read(rows, self.ring[slot:slot + len(rows)].numpy())
                with self.changed:
                    self.done = span[1]
                    self.changed.notify_all()
        except BaseException as error:  # for the one who waits
            with self.changed:
                self.error, self.thread = error, None
                self.changed.notify_all()

    def next(self) -> tuple[int, int] | None:
        """The positions [start, stop) to read now. None where the thread has to end: that is settled under the lock,
        so that nobody waits for one that is about to."""
        with self.changed:
            start = self.done = max(self.done, self.low)
            step, whole = max(1, STEP // self.rows.size), len(self.ring)
            stop = min(start + step, self.end(), start - start % whole + whole)  # not over the ring's edge
            if self.stopped or stop <= start:
                self.thread = None
                return None
            return start, stop

    def stop(self) -> None:
        """End the thread and wait until it has."""
        with self.changed:
            self.stopped, thread = True, self.thread
        if thread:
            thread.join()


def numbers(ids: Tensor) -> np.ndarray:
    """`ids` (int64 [m]) as NumPy has them, on the host."""
    return ids.detach().cpu().numpy()


def version(order: Tensor) -> int:
    """How often `order` has been changed in place."""
    return 0 if order.is_inference() else order._version
