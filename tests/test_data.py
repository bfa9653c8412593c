"""Images on the device against a slow, obvious reference in NumPy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import TINY, rng

from dietsb_core.data import Dataset, channel_statistics, pad, rotate
from dietsb_core.sources import Source

IDS = torch.tensor([399, 0, 17, 17, *range(100, 130)])


def dataset(source: Source, **changes) -> Dataset:
    return Dataset(source, replace(TINY, **changes), "cpu", torch.float64)


def statistics(source: Source) -> tuple[np.ndarray, np.ndarray]:
    pixels = source.train.images.reshape(-1, 3) / 255
    return pixels.mean(0), pixels.std(0)


def reference(source: Source, data: Dataset, row: int, crop: int, mode: str, flip: bool) -> np.ndarray:
    """One training image, cut out of the padded image, mirrored, normalised: [3, 16, 16]."""
    y, x, mirror, _ = (int(draws[row]) for draws in data.train.draws)
    image = np.pad(source.train.images[row], ((crop, crop), (crop, crop), (0, 0)), mode)[y:y + 16, x:x + 16]
    image = image[:, ::-1] if flip and mirror else image
    mean, std = statistics(source)
    return ((image / 255 - mean) / std).transpose(2, 0, 1)


@pytest.mark.parametrize(("crop", "reflect", "flip"), [(0, True, False), (0, True, True), (1, True, True),
                                                       (3, True, False), (4, False, True)])
def test_fetch_is_pad_crop_flip_and_normalise(small, crop, reflect, flip):
    data = dataset(small, crop=crop, reflect=reflect, flip=flip)
    data.train.augment(0, 0)
    ours = data.train.fetch(IDS, augmented=True)
    mode = "reflect" if reflect else "constant"
    theirs = [reference(small, data, int(row), crop, mode, flip) for row in IDS]
    assert np.abs(ours.numpy() - np.stack(theirs)).max() < 1e-12
    assert ours.shape == (34, 3, 16, 16) and ours.is_contiguous(memory_format=torch.channels_last)


@pytest.mark.parametrize("crop", [0, 3])
@pytest.mark.parametrize("split", ["train", "test"])
def test_without_augmentation_an_image_is_itself(small, split, crop):
    """The test set too is normalised by the TRAINING set's mean and deviation."""
    mean, std = statistics(small)
    images = getattr(small, split).images[[3, 1]]
    fetched = getattr(dataset(small, crop=crop, rotate=15.0), split).fetch(torch.tensor([3, 1]))
    assert np.abs(fetched.numpy() - ((images / 255 - mean) / std).transpose(0, 3, 1, 2)).max() < 1e-12


def test_channel_statistics_are_numpys(small):
    several_parts = np.random.default_rng(0).integers(0, 256, (5000, 3, 3, 3), dtype=np.uint8)
    for images in (small.train.images, several_parts):
        ours = channel_statistics(images)
        pixels = images.reshape(-1, 3) / 255
        assert np.abs(ours[0].numpy() - pixels.mean(0)).max() < 1e-12
        assert np.abs(ours[1].numpy() - pixels.std(0)).max() < 1e-12


def test_a_channel_that_never_varies_is_nought_and_no_nan(small):
    """Pictures without any blue in them: 0 / 0 would make every loss a NaN."""
    images = small.train.images.copy()
    images[..., 2] = 0
    flat = replace(small, train=replace(small.train, images=images))
    fetched = Dataset(flat, TINY).train.fetch(torch.arange(400))
    assert (fetched[:, 2] == 0).all() and fetched.isfinite().all() and fetched[:, 0].std() > 0.9


def test_normalised_training_set_has_mean_0_and_deviation_1(small):
    images = dataset(small).train.fetch(torch.arange(400))
    assert images.mean((0, 2, 3)).abs().max() < 1e-12
    assert (images.std((0, 2, 3), correction=0) - 1).abs().max() < 1e-12


def test_padding_in_parts_is_padding():
    images = np.random.default_rng(0).integers(0, 256, (4100, 3, 3, 3), dtype=np.uint8)
    for mode in ("reflect", "constant"):
        ours = pad(torch.from_numpy(images), 2, mode == "reflect").numpy()
        assert ours.dtype == np.uint8
        np.testing.assert_array_equal(ours, np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)), mode))


def test_augmentation_belongs_to_the_example_and_the_epoch(small):
    """Whichever batch an example comes in, and however often, it looks the same within an epoch."""
    images = dataset(small, crop=2, rotate=15.0).train
    images.augment(0, 5)
    whole = images.fetch(torch.arange(400), augmented=True)
    for ids in (IDS, torch.tensor([17]), torch.arange(400).flip(0)):
        assert torch.equal(images.fetch(ids, augmented=True), whole[ids])
    for key in ((0, 6), (1, 5)):
        images.augment(*key)
        changed = (images.fetch(torch.arange(400), augmented=True) != whole).flatten(1).any(1)
        assert changed.float().mean() > 0.95
    images.augment(0, 5)
    assert torch.equal(images.fetch(IDS, augmented=True), whole[IDS])


def test_draws_are_uniform(small):
    images = dataset(small, crop=1, rotate=15.0).train
    draws = []
    for epoch in range(20):  # 8,000 draws
        images.augment(0, epoch)
        draws.append(torch.stack([draw.double() for draw in images.draws]))
    y, x, mirror, angle = torch.cat(draws, 1)
    for offset in (y, x):
        assert (torch.bincount(offset.long()) / 8000).tolist() == pytest.approx([1 / 3] * 3, abs=0.02)
    assert float(mirror.mean()) == pytest.approx(0.5, abs=0.025)
    assert angle.abs().max() <= 15 and float(angle.std()) == pytest.approx(30 / 12**0.5, abs=0.3)
    assert abs(float(torch.corrcoef(torch.stack([y, x]))[0, 1])) < 0.05


# Rotation

def picture(side: int = 16) -> torch.Tensor:
    return torch.rand(4, 3, side, side, generator=rng(), dtype=torch.float64)


def test_right_angles_are_numpys():
    turned = rotate(picture(), torch.tensor([90.0, 180.0, -90.0, 0.0])).numpy()
    for image, before, quarter_turns in zip(turned, picture().numpy(), (1, 2, -1, 0), strict=True):
        assert np.abs(image - np.rot90(before, quarter_turns, axes=(1, 2))).max() < 1e-5


def test_a_small_angle_moves_a_dot_along_its_arc():
    """A blob 6 px right of the centre, turned by +10°, anticlockwise, ends 6·sin 10° px higher."""
    y, x = torch.meshgrid(*[torch.arange(32) - 15.5] * 2, indexing="ij")
    blob = torch.exp(-((x - 6) ** 2 + y**2) / 4).double().expand(1, 3, 32, 32)
    turned = rotate(blob, torch.tensor([10.0]))[0, 0]
    assert float((turned * x).sum() / turned.sum()) == pytest.approx(6 * np.cos(np.pi / 18), abs=0.01)
    assert float((turned * y).sum() / turned.sum()) == pytest.approx(-6 * np.sin(np.pi / 18), abs=0.01)
    assert float(turned.sum()) == pytest.approx(float(blob[0, 0].sum()), rel=0.01)


def test_rotation_is_zero_outside_and_per_image():
    turned = rotate(torch.ones(2, 3, 16, 16), torch.tensor([45.0, 0.0]))
    assert turned[0, :, 0, 0].tolist() == [0, 0, 0] and float(turned[0, 0, 8, 8]) == pytest.approx(1)
    assert torch.allclose(turned[1], torch.ones(3, 16, 16))
    assert turned.is_contiguous(memory_format=torch.channels_last)


def test_fetch_rotates_by_the_examples_angle(small):
    plain, turning = (dataset(small, crop=1, rotate=degrees).train for degrees in (0.0, 15.0))
    for images in (plain, turning):
        images.augment(0, 0)
    angles = turning.draws[3][IDS]
    assert torch.equal(turning.fetch(IDS, augmented=True), rotate(plain.fetch(IDS, augmented=True), angles))
