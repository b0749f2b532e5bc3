"""How Jinja is used: for many small templates that have all their variables in common."""

from collections.abc import MutableMapping
from typing import Any

import jinja2


class Environment(jinja2.Environment):
    """One whose templates have no global variables of their own.

    Jinja lays a template's own over the common ones, and goes through both at each rendering and each import.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the global variables that a template has."""
        return super().make_globals(d) if d else self.globals
