"""What every refusal is held to: a UserError of one clear line."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dietsb_core.errors import UserError


def refused(call: Callable[[], object], *words: object) -> str:
    """`call()` raises a UserError of one line in which every one of `words` occurs; returns the line."""
    with pytest.raises(UserError) as caught:
        call()
    line = str(caught.value)
    assert "\n" not in line and len(line) < 500
    for word in words:
        assert str(word) in line, (word, line)
    return line
