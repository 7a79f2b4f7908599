"""Lists that end where they end."""

from kivy.effects.scroll import ScrollEffect
from kivy.properties import ObjectProperty
from kivy.uix.scrollview import ScrollView


class Scrolling(ScrollView):  # type: ignore[misc]  # Kivy is untyped
    """A list that cannot be drawn beyond its ends.

    Not by a rule: Kivy would have made its own effects before, which keep what is in the list.
    """

    effect_cls = ObjectProperty(ScrollEffect, allownone=True)
