"""GraNd (Paul et al. 2021, Definition 2.1): the norm of one example's gradient of the loss. Large means hard."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, vmap
from torch.nn import functional as F


def grand(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """‖∇θ l(x, y)‖₂ over all trainable parameters θ, one network, [m]. The model is taken in the mode that it is in,
    which must be eval mode: in train mode batch norm would mix the examples.

    images: [m, 3, H, W], normalised; labels: int64 [m]. Memory: m gradients at a time, so give it few.
    """
    trained = {name: p.detach() for name, p in model.named_parameters() if p.requires_grad}
    held = {name: p.detach() for name, p in model.named_parameters() if not p.requires_grad}

    def loss(parameters: dict[str, Tensor], image: Tensor, label: Tensor) -> Tensor:
        logits = functional_call(model, (parameters, held, dict(model.named_buffers())), (image[None],))
        return F.cross_entropy(logits, label[None])

    each = vmap(grad(loss), in_dims=(None, 0, 0))(trained, images, labels)
    return sum(g.flatten(1).square().sum(1) for g in each.values()).sqrt()


def grand_last(model: nn.Module, images: Tensor, labels: Tensor) -> Tensor:
    """The same over the parameters of the last linear layer alone, [m]: see `last_layer`."""
    return last_layer(model, images, labels)[1]


def last_layer(model: nn.Module, images: Tensor, labels: Tensor, smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
    """(cross-entropy, the norm of its gradient with respect to the last linear layer's parameters), [m] each, with
    label smoothing. In closed form: with the layer's input h and the gradient d of the loss with respect to its output,
    ‖d hᵀ‖ = ‖d‖·‖h‖, and ‖d‖·√(‖h‖² + 1) with a bias."""
    layer = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    caught: list[tuple[Tensor, Tensor]] = []

    def catch(module: nn.Module, inputs: tuple[Tensor], output: Tensor) -> Tensor:
        caught.append((inputs[0].detach(), output.detach().requires_grad_()))
        return caught[-1][1]

    hook = layer.register_forward_hook(catch)
    try:
        with torch.enable_grad():
            logits = model(images)
            logits = logits if logits.dtype == torch.float64 else logits.float()
            losses = F.cross_entropy(logits, labels, reduction="none", label_smoothing=smoothing)
            (toward,) = torch.autograd.grad(losses.sum(), caught[-1][1])
    finally:
        hook.remove()
    bias = 0.0 if layer.bias is None else 1.0
    entering = caught[-1][0]
    toward, entering = (x if x.dtype == torch.float64 else x.float() for x in (toward, entering))
    return losses.detach(), toward.norm(dim=1) * (entering.square().sum(1) + bias).sqrt()
