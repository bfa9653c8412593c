"""Images made once and kept in a file: uint8, row by row, as they are trained on, to be mapped or read.

The file is made in chunks. A process that is killed leaves the chunks it has made, and the next goes on from there.
Every chunk is verified by its checksum when the file is opened first or has been touched, and on demand; one that is
damaged is made again.
"""
from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.locks import locked
from dietsb_core.progress import Progress, say
from dietsb_core.sources.bad_images import BadImage, BadImages
from dietsb_core.sources.sidecar import FORMAT, Manifest, checksum, load_manifest, save_manifest, stamp

CHUNK, CHUNK_BYTES = 1024, 1 << 22  # a chunk has this many images, or fewer where they would be more bytes
THREADS = 32                        # at most, each with a chunk in memory


@dataclass
class Cache:
    """The file `<path>.u8` of `count` images of `side` pixels, with its manifest `<path>.json`.

    `make(row)` gives the image of a row, uint8 [side, side, 3], on any thread. `what` is its name for the user.
    """

    path: Path
    count: int
    side: int
    make: Callable[[int], np.ndarray]
    what: str

    def __post_init__(self) -> None:
        self.file, self.listing = self.path.with_suffix(".u8"), self.path.with_suffix(".json")
        self.size = 3 * self.side**2
        self.chunk = max(1, min(CHUNK, CHUNK_BYTES // self.size))
        self.chunks = -(-self.count // self.chunk)
        self.bad: list[BadImage] = []

    def open(self, *, verify: bool = False) -> tuple[np.memmap, str]:
        """(the images, all of them, mapped read-only; a checksum of all). Every chunk is verified where the file is
        not as it was left, and always with `verify`. UserError where the file cannot be written. BadImages where some
        cannot be taken: all of these, once the others are made."""
        known = self._manifest()
        if verify or not self._good(known):
            with self._writable():
                known = self._complete(verify)
        images = np.memmap(self.file, np.uint8, "r", shape=(self.count, self.side, self.side, 3))
        return images, checksum("".join(known.sums).encode())

    def _manifest(self) -> Manifest:
        return load_manifest(self.listing, (FORMAT, self.count, self.side, self.chunk), self.chunks)

    def _good(self, known: Manifest) -> bool:
        return not known.missing() and known.stamp == stamp(self.file) != ()

    def _complete(self, verify: bool) -> Manifest:
        """Make what is missing, verify all, make again what is damaged."""
        known = self._manifest()  # again: another process may have been at it
        if self._good(known) and not verify:
            return known
        missing = known.missing()
        self._room(missing)
        with open(os.open(self.file, os.O_RDWR | os.O_CREAT, 0o644), "r+b", buffering=0) as file:
            os.ftruncate(file.fileno(), self.count * self.size)
            self._make(file, known, missing)
            damaged = self._damaged(file, known)
            if damaged:
                say(f"{self.file}: {len(damaged)} of {self.chunks} chunks are damaged and are made again")
                self._make(file, known, damaged)
        known.stamp = stamp(self.file)
        save_manifest(self.listing, known)
        return known

    def _make(self, file, known: Manifest, chunks: list[int]) -> None:
        """Make `chunks`, noting each as it is done: whatever stops this, what is done stays."""
        if not chunks:
            return
        known.stamp, saved = (), 0.0
        for chunk in chunks:
            known.sums[chunk] = ""
        say(f"{self.what}: {self._images(chunks):,} of {self.count:,} images to decode, once, into {self.file}")
        try:
            with closing(self._each(chunks, partial(self._made, file), "decoding")) as made:
                for chunk, sum_ in made:
                    known.sums[chunk] = sum_
                    if time.monotonic() - saved > 1:
                        save_manifest(self.listing, known)
                        saved = time.monotonic()
        finally:
            save_manifest(self.listing, known)
        if self.bad:
            raise BadImages(self.bad, str(self.path.parent))

    def _made(self, file, chunk: int, going: Callable[[], bool]) -> str:
        """Make one chunk and write it; its checksum, or "" where it is to stop or an image is bad."""
        rows = self._rows(chunk)
        images, good = np.empty((len(rows), self.side, self.side, 3), np.uint8), True
        for image, row in zip(images, rows, strict=True):
            if not going():
                return ""
            good &= self._take(image, row)
        if not good:
            return ""
        view, offset = memoryview(images.reshape(-1)), rows.start * self.size
        while len(view):
            count = os.pwrite(file.fileno(), view, offset)
            view, offset = view[count:], offset + count
        return checksum(images)

    def _take(self, image: np.ndarray, row: int) -> bool:
        """Make the image of `row`; False where it is bad, which is noted: one line will name all of them."""
        try:
            image[:] = self.make(row)
        except BadImage as error:
            self.bad.append(error)
            if len(self.bad) == 1 and self.chunks > 1:
                say(f"{error}; the others are read first, so that all such are named at once")
            return False
        return True

    def _damaged(self, file, known: Manifest) -> list[int]:
        def good(chunk: int, going: Callable[[], bool]) -> bool:
            rows = self._rows(chunk)
            return checksum(os.pread(file.fileno(), len(rows) * self.size, rows.start * self.size)) == known.sums[chunk]

        with closing(self._each(range(self.chunks), good, "verifying")) as verified:
            return sorted(chunk for chunk, fine in verified if not fine)

    def _each(self, chunks, work: Callable, doing: str) -> Iterator[tuple[int, object]]:
        """(chunk, work(chunk, going)) as they are done, with progress, on a thread a core: decoding, hashing and
        reading let go of Python's lock. Where this is left early, threads end at their next image."""
        progress, stopped = Progress(f"{self.what}: {doing}", self._images(chunks)), threading.Event()
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        pool = ThreadPoolExecutor(min(cores, THREADS))
        try:
            futures = {pool.submit(work, chunk, lambda: not stopped.is_set()): chunk for chunk in chunks}
            for future in as_completed(futures):
                yield futures[future], future.result()
                progress.add(len(self._rows(futures[future])))
        finally:
            stopped.set()
            pool.shutdown(cancel_futures=True)

    def _rows(self, chunk: int) -> range:
        return range(chunk * self.chunk, min((chunk + 1) * self.chunk, self.count))

    def _images(self, chunks) -> int:
        return sum(len(self._rows(chunk)) for chunk in chunks)

    def _room(self, chunks: list[int]) -> None:
        need, free = self._images(chunks) * self.size, shutil.disk_usage(self.path.parent).free
        if need > free:
            raise UserError(f"{self.file} needs {need / 1e9:.1f} GB more and the disk has {free / 1e9:.1f} GB free: "
                            "free some space, or set DIETSB_CACHE to a folder on another")

    @contextmanager
    def _writable(self) -> Iterator[None]:
        """Inside, no other process makes this file, and what the system refuses is one line."""
        try:
            busy = f"{self.what}: another process is making {self.file}; waiting for it"
            with locked(self.path.with_suffix(".lock"), busy):
                yield
        except OSError as error:
            raise UserError(f"the cache {self.file} cannot be made ({error.strerror or error}): set DIETSB_CACHE to a "
                            "folder with room that may be written; what is decoded is kept") from None
