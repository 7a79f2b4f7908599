"""What all tests share: no property fails by a clock; pytest's own timeout ends what hangs."""

from hypothesis import settings

settings.register_profile("unhurried", settings.default, deadline=None)
settings.load_profile("unhurried")
