"""A data set that others published: read from the forms a user may have, complete or not at all, or downloaded.

Three forms are read and give identical rows: a pair of .npz files, the original files as torchvision keeps them,
and an ImageFolder tree.
"""
from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path

from dietsb_core.errors import DataMissing, UserError
from dietsb_core.optional import needed
from dietsb_core.sources import folder, npz
from dietsb_core.sources.source import Source


@dataclass(frozen=True)
class Published:
    """What a complete copy holds; `dataset` is the class in torchvision.datasets that knows the checksums.

    A subclass says where the original files are (`original`), reads them (`read`) and fetches them (`fetch`).
    """

    name: str
    dataset: str
    classes: int
    train: int
    test: int
    side: int = 32

    def torchvision(self) -> type:
        """The class `dataset`; DataMissing where torchvision is not installed: only .npz files can be read then."""
        what = f"{self.name}, unless {self.name}-train.npz and {self.name}-test.npz are there,"
        try:
            return getattr(needed("torchvision.datasets", what), self.dataset)
        except UserError as error:
            raise DataMissing(str(error)) from None

    def original(self) -> str:
        """The file or folder by which the original form is known."""
        raise NotImplementedError

    def read(self, place: Path) -> Source:
        """The original files in the folder `place`, every one verified before any is opened."""
        raise NotImplementedError

    def fetch(self, root: Path) -> None:
        """Download the original files to `root` and verify them, unless they are there."""
        raise NotImplementedError

    def load(self, root: Path) -> Source:
        """The data set from the first form found in `root` and `root/<name>`, in canonical order.

        DataMissing where nothing is found, or not every file of the first form. UserError where what is found is
        damaged or incomplete. Another form is never taken silently in its stead.
        """
        places = (root, root / self.name)
        pairs = [npz.paths(place, self.name) for place in places]
        for pair in pairs:
            if any(path.exists() for path in pair):
                return self._complete(npz.load(self.name, *pair), f"{pair[0]} and {pair[1].name}")
        for place in places:
            if (place / self.original()).exists():
                return self._complete(self.read(place), place / self.original())
        if (root / self.name / "train").is_dir():
            tree = root / self.name
            advice = f"{self.name} has images of {self.side} px; {self.fix()}"
            return self._complete(folder.tree(self.name, tree, folder.cache_home(root), advice=advice), tree)
        train, test = (path.name for path in pairs[0])
        raise DataMissing(f"{self.name} not found: looked in {places[0]} and {places[1]} for {train} with {test}, "
                        f"for {self.original()} and for {self.name}/train/<class>/; get it with: {self.command()}")

    def download(self, root: Path) -> Path:
        """Fetch and verify the original files through torchvision; returns where they are."""
        try:
            root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"the folder {root} cannot be made ({error.strerror}); name another place by "
                            "DIETSB_DATA") from None
        try:
            self.fetch(root)
        except (OSError, RuntimeError, EOFError, HTTPException) as error:  # network, space, checksum
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise UserError(f"{self.name}: the download from {self.url()} to {root} failed ({reason}); "
                            f"try again, or put {self.name}-train.npz and {self.name}-test.npz there") from None
        return root / self.original()

    def url(self) -> str:
        return self.torchvision().url

    def command(self) -> str:
        return f"python -m dietsb_core data {self.name}"

    def fix(self) -> str:
        return f"move it away and get the data with: {self.command()}"

    def verify(self, path: Path, md5: str) -> None:
        """DataMissing unless the file is there, UserError unless it has this checksum; it is not opened otherwise."""
        check_integrity = needed("torchvision.datasets.utils", self.name).check_integrity
        if not path.is_file():
            raise DataMissing(f"{path} is missing; get the data with: {self.command()}")
        if not check_integrity(str(path), md5):
            raise UserError(f"{path} is truncated or altered: its MD5 is not {md5}, so it was not opened; "
                            f"{self.fix()}")

    def _complete(self, source: Source, found: Path | str) -> Source:
        """`source` again, or a UserError if it is not the whole data set."""
        for what, has, whole in (("training images", len(source.train), self.train),
                                 ("test images", len(source.test), self.test),
                                 ("classes", len(source.classes), self.classes),
                                 ("pixels a side", source.side, self.side)):
            if has != whole:
                raise UserError(f"{found}: {has:,} {what}, {self.name} has {whole:,}; {self.fix()}")
        return source
