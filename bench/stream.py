"""An epoch on images that are read ahead from their file, beside one on the same images kept in memory.

    python bench/stream.py [--images 20000] [--side 64] [--folder DIR]

draws a tree of JPEG and PNG files, decodes it into its cache, and trains a network of next to no cost, so that what
shows is the handling of images: time, and the peak of the process's memory over what the same takes on few images.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

from dietsb_core import evaluate, sources
from dietsb_core.data import Dataset
from dietsb_core.ledger import Ledger
from dietsb_core.policies import policy
from dietsb_core.recipe import Recipe
from dietsb_core.sources import Source, procedural
from dietsb_core.train import Trainer

BATCH, EPOCHS, TEST = 256, 2, 0.1


def main() -> None:
    args = arguments()
    if args.how:
        measure(args.how, args.side)
        return
    with tempfile.TemporaryDirectory() as temporary:
        root = args.folder or Path(temporary)
        if not (root / "train").exists():
            draw(root, args.images, args.side)
        os.environ["DIETSB_DATA"] = str(root)
        start = time.perf_counter()
        print(sources.prepare(f"folder-{args.side}"), f"in {time.perf_counter() - start:.0f} s", flush=True)
        for how in ("read", "kept"):
            found = run(how, args.side)
            if how == "read" and found > args.bound:
                sys.exit(f"reading ahead: {found:,.0f} MB, more than the {args.bound:,.0f} MB that it is held under")


def run(how: str, side: int) -> float:
    """Measure in a process of its own, and show what it prints; returns the peak of its memory in MB."""
    command = [sys.executable, __file__, "--side", str(side), "--how", how]
    line = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    print(line, end="", flush=True)
    return float(re.search(r"memory (\S+) MB", line)[1].replace(",", ""))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=20_000, help="files to draw, a tenth of them for testing")
    parser.add_argument("--side", type=int, default=64, help="pixels a side")
    parser.add_argument("--folder", type=Path, help="where the tree is, or is drawn and kept (default: temporary)")
    parser.add_argument("--bound", type=float, default=200.0, metavar="MB",
                        help="fail where reading ahead takes more memory than this over that of few images")
    parser.add_argument("--how", choices=["read", "kept"], help=argparse.SUPPRESS)
    return parser.parse_args()


def draw(root: Path, images: int, side: int) -> None:
    """Oblong images of `side` pixels or more: shapes, with noise so that they compress as photographs do."""
    rng, shapes = np.random.default_rng(0), procedural.load(train=2000, test=500, side=32)
    for part, split, count in (("train", shapes.train, images - int(TEST * images)),
                               ("test", shapes.test, int(TEST * images))):
        for i in range(count):
            row, width = i % len(split), side + int(rng.integers(0, side // 2))
            pixels = np.asarray(Image.fromarray(split.images[row]).resize((width, side)), np.int16)
            noisy = (pixels + rng.integers(-12, 13, pixels.shape)).clip(0, 255).astype(np.uint8)
            file = root / part / shapes.classes[split.labels[row]] / f"{i:06d}.{('jpg', 'png')[i % 2]}"
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(noisy).save(file)


def measure(how: str, side: int) -> None:
    """Train for some epochs and print what they took."""
    train(Source("warm", *tiny(side)), 1)  # what torch loads and allocates at its first steps
    before = peak()
    source = sources.load(f"folder-{side}")
    if how == "kept":
        source = replace(source, train=in_memory(source.train), test=in_memory(source.test))
    seconds, cpu = train(source, EPOCHS)
    images = EPOCHS * len(source.train)
    size = source.train.images.nbytes + source.test.images.nbytes
    print(f"{how + ':':6}{images / seconds:>7,.0f} images/s, {cpu / images * 1e6:,.0f} µs of CPU time an image; peak "
          f"memory {(peak() - before) / 1e6:,.0f} MB over that of 1,024 images, with a set of {size / 1e6:,.0f} MB")


def tiny(side: int) -> tuple:
    """Classes and splits of 1,024 black images."""
    split = sources.Split(np.zeros((1024, side, side, 3), np.uint8), np.arange(1024) % 2, np.arange(1024).astype(str))
    return ("a", "b"), split, split


def in_memory(split: sources.Split) -> sources.Split:
    return replace(split, images=np.array(split.images))


def train(source: Source, epochs: int) -> tuple[float, float]:
    """Seconds of training, by the clock and of the processor. The test set is passed once too, untimed."""
    recipe = Recipe("stream", epochs=epochs, batch=BATCH, lr=0.01, crop=4, flip=True, precision="float32")
    data, side = Dataset(source, recipe), source.side
    net = nn.Sequential(nn.Conv2d(3, 8, 8, stride=8), nn.ReLU(), nn.Flatten(), nn.Linear(8 * (side // 8) ** 2, 10))
    trainer = Trainer(net, data, policy("full", 1.0), recipe, 0, Ledger(len(data.train), "cpu"))
    start, cpu = time.perf_counter(), time.process_time()
    for epoch in range(epochs):
        trainer.epoch(epoch)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    evaluate.test(trainer)
    return seconds, cpu


def peak() -> int:
    """Bytes of memory that this process had at most. On Linux the common counter begins with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    torch.manual_seed(0)
    main()
