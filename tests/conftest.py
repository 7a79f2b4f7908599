"""What all tests share: no property fails by a clock; pytest's own timeout ends what hangs."""

import pytest
from hypothesis import settings

# A change is judged by the same examples each time; --hypothesis-profile=exploring seeks others.
settings.register_profile("exploring", settings.default, deadline=None)
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")

pytest.register_assert_rewrite("source_contract")  # tests of several modules
