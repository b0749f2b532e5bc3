"""What scripts find in a page."""

from typing import Any

import orjson
from markupsafe import Markup

_SAFE_IN_SCRIPT = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def embedded(value: Any) -> Markup:
    """Return JSON for a script element: no text in it can end the element or begin a comment."""
    text = orjson.dumps(value).decode()
    return Markup(text.translate(_SAFE_IN_SCRIPT))  # noqa: S704 - nothing is left that HTML knows
