"""Keyed randomness: every draw comes from a generator named by what it is for, so nothing of it needs saving."""

from __future__ import annotations

import hashlib

import torch


def seed_of(*key: int | str) -> int:
    """A 63-bit seed for `key`. Neighbouring keys give unrelated seeds, because they go through BLAKE2b."""
    digest = hashlib.blake2b("/".join(map(repr, key)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def generator(device: torch.device | str, *key: int | str) -> torch.Generator:
    """A fresh generator on `device` for `key`, for example `(seed, epoch, step, "select")`.

    Two calls with one key give the same stream, whatever was drawn before, between or elsewhere: a resumed run
    needs no saved random state, and two methods that ask for the same key see the same draws.
    """
    return torch.Generator(device=device).manual_seed(seed_of(*key))
