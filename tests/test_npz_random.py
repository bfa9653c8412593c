"""Contents of .npz files at random, by hypothesis: read as they were written, or refused in one line."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from fake_cifar import arrays
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from npz_files import KEYS, member, write

from dietsb_core.errors import UserError
from dietsb_core.sources import npz
from dietsb_core.sources.source import Source

ARRAYS = arrays("test") | {"images": arrays("test")["images"][:, :4, :4]}
SOUND = {key: member(array) for key, array in ARRAYS.items()}
TYPES = st.one_of(hnp.scalar_dtypes(), hnp.unicode_string_dtypes(max_len=9), hnp.byte_string_dtypes(max_len=9),
                  hnp.array_dtypes())
SHAPES = hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=3)
ANY = TYPES.flatmap(lambda dtype: hnp.arrays(dtype, SHAPES))
HEADERS = st.fixed_dictionaries({}, optional={
    "shape": st.lists(st.integers(-3, 2**70) | st.integers(0, 20), max_size=6).map(tuple),
    "fortran_order": st.booleans(),
    "descr": st.sampled_from(["<u1", "|O", "<U7", ">U2", "<i8", "V0", "<U0", "junk", 7])})


def outcome(members: dict[str, bytes], method: int = zipfile.ZIP_STORED, change=None):
    """What reading gives: classes and examples, or None where it is refused in one line."""
    with TemporaryDirectory() as folder:
        file = write(Path(folder) / "x.npz", members, method)
        if change:
            file.write_bytes(change(file.read_bytes()))
        try:
            classes, split = npz.read(file)
        except UserError as error:
            assert "\n" not in str(error) and str(file) in str(error) and len(str(error)) < 500
            return None
    assert split.images.dtype == np.uint8 and split.labels.dtype == np.int64 and split.names.dtype.kind == "U"
    if len(set(classes)) == len(classes) == len(set(split.labels.tolist())) > 1:
        assert len(Source("x", classes, split, split).canonical().fingerprint) == 64  # of any use, too
    return classes, split


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(KEYS), ANY, min_size=1, max_size=3), st.sampled_from([0, 8]))
def test_arrays_of_any_type_and_shape(changed, method):
    outcome(SOUND | {key: member(array) for key, array in changed.items()}, method)


@settings(max_examples=150, deadline=None, database=None, derandomize=True)
@given(st.sampled_from(KEYS), HEADERS)
def test_headers_that_say_anything(key, header):
    outcome(SOUND | {key: member(ARRAYS[key], **header)})


@settings(max_examples=250, deadline=None, database=None, derandomize=True)
@given(st.data())
def test_bytes_that_are_changed_cut_or_put_in(data):
    """Not one pixel, label or name comes out changed: an archive has a checksum of each array."""
    def change(content: bytes) -> bytes:
        at = data.draw(st.integers(0, len(content) - 1))
        kind = data.draw(st.sampled_from(["flip", "cut", "put in"]))
        if kind == "flip":
            return content[:at] + bytes([content[at] ^ data.draw(st.integers(1, 255))]) + content[at + 1:]
        return content[:at] + (b"" if kind == "cut" else data.draw(st.binary(min_size=1, max_size=9)) + content[at:])

    found = outcome(SOUND, data.draw(st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])), change)
    if found:
        for key in ("images", "labels", "names"):
            np.testing.assert_array_equal(getattr(found[1], key), ARRAYS[key])
        assert found[0] == tuple(ARRAYS["classes"].tolist())


@settings(max_examples=60, deadline=None, database=None, derandomize=True)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 6), st.just(2), st.just(2), st.just(3))),
       st.sampled_from(["u1", "i2", ">i4", "<u8", ">i8"]), st.sampled_from([">", "<"]), st.data())
def test_a_sound_file_is_read_as_it_was_written(images, integer, order, data):
    """Whatever the width and the order of its integers and its text."""
    assume(images.max() != 1)
    size = len(images)
    text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=6)
    names = data.draw(st.lists(text, min_size=size, max_size=size, unique=True))
    labels = data.draw(hnp.arrays(np.int64, size, elements=st.integers(0, 1)))
    written = {"images": images, "labels": labels.astype(integer), "names": np.array(names, f"{order}U9"),
               "classes": np.array(["a", "b"], f"{order}U1")}
    classes, split = outcome({key: member(array) for key, array in written.items()})
    assert classes == ("a", "b") and split.names.tolist() == names
    np.testing.assert_array_equal(split.images, images)
    np.testing.assert_array_equal(split.labels, labels)
