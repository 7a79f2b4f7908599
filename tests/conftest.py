"""What all tests share: no property fails by a clock; pytest's own timeout ends what hangs."""

import pytest
from hypothesis import settings

settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")

pytest.register_assert_rewrite("source_contract")  # tests of several modules
