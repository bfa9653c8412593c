"""What is below a folder of images, one folder a class: which files are read, and how many of which kind are not."""
from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np

from dietsb_core.errors import UserError
from dietsb_core.sources.bad_images import named, shown

ENDINGS = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")  # as torchvision's ImageFolder


@dataclass(frozen=True)
class Listing:
    """The images below one folder in canonical order: paths, labels int64 [N], names str [N]; a digest of the paths
    below the folder, sizes and times; and of the files that are passed over, how many there are of each ending."""

    classes: tuple[str, ...]
    files: list[str]
    labels: np.ndarray
    names: np.ndarray
    digest: bytes
    passed_over: Counter


@dataclass
class Found:
    """The files of one class, each (path, size in bytes, time in ns); and the endings of those passed over."""

    files: list[tuple[str, int, int]] = field(default_factory=list)
    passed_over: Counter = field(default_factory=Counter)


def listed(path: Path) -> Listing:
    """What is below `path`, without opening any file. UserError where it cannot be trained on. Names that begin with a
    dot are skipped: notebooks and file managers make such folders and files, and nobody's images lie there."""
    try:
        found, passed_over = {}, Counter()
        for entry, about in entries(str(path)):
            if about and stat.S_ISDIR(about.st_mode):
                found[entry.name] = below(entry.path, path)
                passed_over += found[entry.name].passed_over
            else:
                check_link(entry, about)
                passed_over[ending(entry.name)] += 1
        return arranged(path, found, passed_over)
    except OSError as error:  # what the system does not let us read
        raise UserError(f"{shown(error.filename or str(path))} cannot be read ({error.strerror}); put it in order, or "
                        "remove it") from None
    except UnicodeEncodeError as error:  # of a line that is digested
        raise UserError(f"{shown(str(path) + error.object.partition(chr(0))[0])} is not UTF-8 in all its name; rename "
                        "the file, or the folder it is in") from None


def entries(folder: str) -> Iterator[tuple[os.DirEntry, os.stat_result | None]]:
    """What `folder` holds and is not hidden, in the order of names, each with what the system says of it: None of a
    link that leads nowhere."""
    with os.scandir(folder) as found:
        for entry in sorted(found, key=lambda entry: entry.name):
            if not entry.name.startswith("."):
                try:
                    yield entry, os.stat(entry.path)
                except OSError:
                    yield entry, None


def below(folder: str, top: Path) -> Found:
    """The files in `folder` and in the folders below it, through links too; UserError where one leads back."""
    found, seen = Found(), {identity(str(place)): str(place) for place in (top, *top.resolve().parents)}
    left = [folder]
    while left:  # without recursion: folders may lie deeper than Python's stack allows
        here = left.pop()
        once(here, seen)
        for entry, about in entries(here):
            if about and stat.S_ISDIR(about.st_mode):
                left.append(entry.path)
            elif entry.name.lower().endswith(ENDINGS):  # whatever it is: a broken link is an image that is lost
                found.files.append((entry.path, *((about.st_size, about.st_mtime_ns) if about else (0, 0))))
            else:
                check_link(entry, about)
                found.passed_over[ending(entry.name)] += 1
    return found


def check_link(entry: os.DirEntry, about: os.stat_result | None) -> None:
    """Refuse a link that leads nowhere: it may have been to a folder, whose images are lost."""
    if not about and entry.is_symlink():
        raise UserError(f"{shown(entry.path)} is a link that leads nowhere, to a folder of images perhaps; put it in "
                        "order, or remove it")


def identity(folder: str) -> tuple[int, int]:
    about = os.stat(folder)
    return about.st_dev, about.st_ino


def once(folder: str, seen: dict[tuple[int, int], str]) -> None:
    """Note that `folder` was seen; UserError where it was before, under another name: it would never end, or have every
    image twice."""
    before = seen.setdefault(identity(folder), folder)
    if before is not folder:
        raise UserError(f"{shown(folder)} is a link to {shown(before)}, which is read already; remove the link")


def ending(name: str) -> str:
    """The ending of a file's name as a line shows it."""
    found = os.path.splitext(name)[1].lower()
    if len(found) < 2:
        return "without an ending"
    return found if found.isprintable() and len(found) <= 8 else "with another ending"


def arranged(path: Path, found: dict[str, Found], passed_over: Counter) -> Listing:
    """The files of all classes in canonical order, by class and by name."""
    check(path, found)
    classes, files, labels = tuple(found), [], []
    for label, one in enumerate(found.values()):
        files += sorted(one.files, key=lambda file: os.path.basename(file[0]))
        labels += [label] * len(one.files)
    paths = [file for file, _, _ in files]
    names = np.array([os.path.basename(file) for file in paths])
    digest = blake2b(digest_size=16)
    for file, size, time in files:
        digest.update(f"{file[len(str(path)):]}\0{size}\0{time}\n".encode())
    return Listing(classes, paths, np.array(labels, np.int64), names, digest.digest(), passed_over)


def check(path: Path, found: dict[str, Found]) -> None:
    """Refuse what cannot be trained on: fewer than two classes, one without an image, or one name twice in a class."""
    if len(found) < 2:
        raise UserError(f"{shown(str(path))} has {len(found)} class folders ({named(list(found)) or 'none'}); put "
                        "images in two or more, one a class")
    empty = [name for name, one in found.items() if not one.files]
    if empty:
        raise UserError(f"{shown(str(path))}: no image in {named(empty)}; put images there ({', '.join(ENDINGS)}), or "
                        "remove the empty folders")
    for one in found.values():
        known = {}
        for file, _, _ in one.files:
            if known.setdefault(os.path.basename(file), file) is not file:
                raise UserError(f"{shown(file)} and {shown(known[os.path.basename(file)])}: one name occurs twice in a "
                                "class; a name must be unique within its class, so rename one")


def passed_over(root: Path, held_out: list[str], counts: Counter) -> Iterator[str]:
    """A line about the files that are not read, if there are any, and one about val/ where it stands beside test/."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common(8))
    more = f", and {len(counts) - 8} other endings" if len(counts) > 8 else ""
    if counts:
        yield (f"{shown(str(root))}: {counts.total():,} files in train/ and {held_out[0]}/ are passed over ({kinds}"
               f"{more}): read are {', '.join(ENDINGS)} in class folders; convert the others, or rename them if they "
               "are such images")
    if len(held_out) > 1:
        yield f"{shown(str(root))}: {held_out[1]}/ is passed over: test images are those in {held_out[0]}/"
