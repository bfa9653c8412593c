"""The networks: published parameter counts, shapes, and airbench's whitening, initialisation and frozen parts."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from one_line import refused

from dietsb_core.models import MODELS, build, parameter_count
from dietsb_core.models.airbench import Conv
from dietsb_core.models.resnet import PadShortcut

LIGHT = [name for name in MODELS if name != "wrn28_10"]  # 36 M parameters: counted, never run


def _build(name: str, classes: int = 10, side: int = 16) -> torch.nn.Module:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return build(name, classes, side)


def _images(n: int, side: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Smooth colour noise, like photographs in that neighbouring pixels and the three colours go together."""
    rng = torch.Generator().manual_seed(1)
    coarse = torch.randn(n, 3, side // 4, side // 4, generator=rng) + torch.randn(n, 1, 1, 1, generator=rng)
    smooth = F.interpolate(coarse, size=side, mode="bilinear")
    return (smooth + 0.2 * torch.randn(n, 3, side, side, generator=rng)).to(dtype)


@pytest.mark.parametrize(("name", "classes", "count", "within"), [
    ("resnet8", 10, 75_290, 0),        # option A has 16-32-64 convolutions, batch norms and the head, nothing else
    ("resnet14", 10, 172_506, 0),
    ("resnet20", 10, 269_722, 0),      # He et al. 2016, table 6: .27 M (option B would have 272,474)
    ("resnet18", 100, 11.2e6, 0.05e6),
    ("googlenet", 100, 6.2e6, 0.06e6),  # one 3×3 for the 5×5 would leave 5.6 M, a stem of three convolutions 6.4 M
    ("wrn16_4", 10, 2.75e6, 0.005e6),
    ("wrn28_10", 10, 36.5e6, 0.05e6),  # Zagoruyko & Komodakis 2016, table 4
    ("airbench", 100, 0.30e6, 0.005e6),
    ("airbench_small", 100, 132_544, 0),
])
def test_parameter_count_is_the_published_one(name: str, classes: int, count: float, within: float) -> None:
    with torch.device("meta"):
        assert abs(parameter_count(build(name, classes, 32)) - count) <= within


def test_every_model_is_counted() -> None:
    listed = test_parameter_count_is_the_published_one.pytestmark[0].args[1]
    assert {row[0] for row in listed} == set(MODELS)


@pytest.mark.parametrize("side", [8, 16, 32])
@pytest.mark.parametrize("name", LIGHT)
def test_logits_have_the_right_shape_at_every_side(name: str, side: int) -> None:
    model = _build(name, classes=7, side=side).eval()
    with torch.no_grad():
        logits = model(_images(2, side))
    assert logits.shape == (2, 7) and logits.isfinite().all()


@pytest.mark.parametrize("name", LIGHT)
def test_channels_last_and_bf16_agree_with_plain_float64(name: str) -> None:
    images = _images(2, 16)
    model = _build(name).eval()
    with torch.no_grad():
        exact = model.double()(images.double()).float()
        model.float().to(memory_format=torch.channels_last)
        last = model(images.contiguous(memory_format=torch.channels_last))
        with torch.autocast("cpu", torch.bfloat16):
            short = model(images.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(last, exact, rtol=1e-3, atol=1e-4 * exact.abs().max().item())
    assert (short - exact).abs().max() < 0.05 * exact.abs().max()


@pytest.mark.parametrize("name", LIGHT)
def test_gradient_reaches_every_trainable_parameter(name: str) -> None:
    # Of two examples batch norm on a 1×1 map would keep the signs alone, and pass no gradient: hence four.
    model, labels = _build(name).double(), torch.arange(4)
    F.cross_entropy(model(_images(4, 16, torch.float64)), labels).backward()
    for key, parameter in model.named_parameters():
        reached = parameter.grad is not None and bool(parameter.grad.abs().sum() > 0)
        assert reached == parameter.requires_grad, key


def test_construction_follows_the_seed_and_leaves_the_global_generator_alone() -> None:
    before = torch.get_rng_state()
    first, second = _build("airbench").state_dict(), _build("airbench").state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert torch.equal(before, torch.get_rng_state())


def test_no_model_draws_random_numbers_while_it_trains() -> None:
    for name in LIGHT:
        model = _build(name).train()
        before = torch.get_rng_state()
        model(_images(2, 16))
        assert torch.equal(before, torch.get_rng_state()), name


@pytest.mark.parametrize(("arguments", "says"), [
    (("resnet19", 10, 32), "unknown model 'resnet19': choose one of resnet8, resnet14, resnet20"),
    (("resnet20", 1, 32), "at least 2 classes"),
    (("airbench", 10, 4), "side=4: airbench takes images of 8 pixels a side or more"),
])
def test_bad_input_gets_one_clear_line(arguments: tuple[str, int, int], says: str) -> None:
    refused(lambda: build(*arguments), says)


def test_option_a_shortcut_subsamples_and_pads_with_zeros() -> None:
    x = torch.arange(2 * 4 * 4, dtype=torch.float32).view(1, 2, 4, 4)
    out = PadShortcut(3)(x)
    assert torch.equal(out[:, :2], x[:, :, ::2, ::2]) and out.shape == (1, 5, 2, 2) and not out[:, 2:].any()


def test_whitening_whitens() -> None:
    images, model = _images(200, 16, torch.float64), _build("airbench").double()
    model.fit_input(images)
    white = model.whiten(images).transpose(0, 1).flatten(1)
    moments = white[:12] @ white[:12].T / white.shape[1]
    # An eigenvalue λ comes out as λ / (λ + 5e-4), so close to 1 and never above.
    assert (moments.diagonal() < 1).all()
    torch.testing.assert_close(moments, torch.eye(12, dtype=torch.float64), atol=0.03, rtol=0)
    torch.testing.assert_close(moments, moments.diagonal().diag(), atol=1e-9, rtol=0)
    torch.testing.assert_close(white[12:], -white[:12])


def test_whitening_looks_at_images_from_the_whole_set() -> None:
    # Rows are sorted by class: the first 5,000 of CIFAR-100 would be ten classes.
    images, all_of_them, every_second = _images(5002, 8), _build("airbench"), _build("airbench")
    all_of_them.fit_input(images)
    every_second.fit_input(images[::2])
    assert torch.equal(all_of_them.whiten.weight, every_second.whiten.weight)


def test_grey_images_leave_their_empty_channels_quiet() -> None:
    grey = _images(16, 8)[:, :1].expand(-1, 3, -1, -1)
    model, seen = _build("airbench_small", side=8), []
    model.fit_input(grey)
    model.groups[0][2].register_forward_hook(lambda module, inputs, output: seen.append(output))
    F.cross_entropy(model(grey), torch.arange(16) % 10).backward()
    # Grey 2×2 patches span 4 of 12 directions. The first convolution copies the empty eight; batch norm must not
    # raise their rounding noise to the level of a signal.
    assert seen[0][:, 4:12].abs().max() < 0.05 < seen[0][:, :4].std()
    assert all(p.grad.isfinite().all() for p in model.parameters() if p.requires_grad)


def test_an_optimiser_step_leaves_the_frozen_parts_alone() -> None:
    model, images = _build("airbench"), _images(4, 16)
    model.fit_input(images)
    before = {key: p.detach().clone() for key, p in model.named_parameters()}
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.1, nesterov=True)
    F.cross_entropy(model(images), torch.arange(4)).backward()
    optimiser.step()
    for key, parameter in model.named_parameters():
        assert torch.equal(before[key], parameter) == (not parameter.requires_grad), key
    frozen = {key for key, parameter in model.named_parameters() if not parameter.requires_grad}
    assert frozen == {"whiten.weight"}


def test_airbench_convolution_starts_as_a_copy() -> None:
    x = _images(2, 16)[:, :2]
    assert torch.equal(Conv(2, 5)(x)[:, :2], x)


def test_airbench_running_statistics_move_by_two_fifths() -> None:
    model, images = _build("airbench"), _images(4, 16)
    seen: list[torch.Tensor] = []
    norm = model.groups[0][2]
    norm.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0].mean((0, 2, 3))))
    model.train()(images)
    torch.testing.assert_close(norm.running_mean, 0.4 * seen[0])
