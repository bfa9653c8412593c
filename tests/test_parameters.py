"""Parameters of notebooks: which values and names are taken, whoever hands them over."""

from __future__ import annotations

import keyword
import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings, strategies
from one_line import refused
from papermill.translators import PythonTranslator

from dietsb_book import parameters


@pytest.mark.parametrize("cells", [
    [], ["", "preste = 'gpu'", "rates = [0.5]"],                          # a reader's own cells, a notebook's own
    ["", "# Parameters\npreste = 'gpu'\n", "# Parameters\njobs = 2\n"],  # papermill's, mended and run again
    ["", "# Parameters\npreste = \n"], ["", "# Parameters\n"],           # which assigned nothing
])
def test_only_what_papermill_put_there_is_judged(cells) -> None:
    parameters.check({"In": cells, "preste": "gpu", "rates": [0.5]}, {"preset": "smoke", "jobs": 2})


@pytest.mark.parametrize(("name", "value"), [("margin", 0), ("keep", 1), ("pruned", np.float64(0.5)),
                                             ("jobs", np.int64(2)), ("keep", np.float32(0.5))])
def test_a_number_is_taken_as_any_type_of_it(name, value) -> None:
    """`papermill -p margin 0` hands over an int."""
    parameters.check({}, {name: value})


NAMES = strategies.from_regex(r"\A[^\W\d]\w{0,8}\Z").filter(
    lambda name: name.isidentifier() and not keyword.iskeyword(name))


@given(strategies.dictionaries(NAMES | strategies.sampled_from(["preset", "jobs", "train", "margin"]),
                               strategies.integers() | strategies.text() | strategies.lists(strategies.booleans()),
                               max_size=4))
@settings(max_examples=100, deadline=None)
def test_whatever_names_papermill_is_given_those_that_are_no_parameter_are_refused(given_names) -> None:
    """By the cell that papermill itself writes of them."""
    cell = "# Parameters\n" + PythonTranslator.codify(given_names)
    own = {"preset": "smoke", "jobs": 1, "train": True, "margin": 0.01}
    unknown = {unicodedata.normalize("NFKC", name) for name in given_names} - own.keys()  # as Python reads names
    assert set(parameters.injected(["", cell])) - own.keys() == unknown
    if unknown:
        refused(lambda: parameters.check({"In": ["", cell]}, own), "unknown parameter", "jobs, train, margin")
    else:
        parameters.check({"In": ["", cell]}, own)
