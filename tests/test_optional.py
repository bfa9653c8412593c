"""Libraries that only some tasks need: one line says what is missing and how to get it."""

from __future__ import annotations

import sys

import pytest
from one_line import refused

from dietsb_core.optional import needed, version_of


def test_what_is_there_is_imported():
    assert needed("json.decoder", "reading").__name__ == "json.decoder"


def test_what_is_missing_is_one_line_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, "torchvision.datasets", raising=False)
    refused(lambda: needed("torchvision.datasets", "cifar10"), "cifar10 needs torchvision", "'dietsb-core[vision]'")


def test_a_module_that_nobody_offers_is_the_programmers_mistake():
    with pytest.raises(ModuleNotFoundError):
        needed("no_such_library", "nothing")


def test_a_version_is_found_without_an_import():
    assert version_of("numpy").count(".") == 2 and version_of("no-such-library") == ""
