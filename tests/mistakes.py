"""What the tests of mistakes share."""

from __future__ import annotations

import pytest
from policy_table import TABLE, label

from dietsb_core.policies import policy

METHODS_AT_A_RATE = [pytest.param(policy(name, case.keep, **case.options), id=label((name, case)))
                     for name, cases in TABLE.items() for case in cases]
