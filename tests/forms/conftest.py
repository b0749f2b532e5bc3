import json
from collections.abc import Callable
from typing import Any

import pytest

Document = Callable[..., bytes]


@pytest.fixture
def form() -> Document:
    """Return a form of the given elements and a Submit button, as the bytes that somebody uploads."""

    def make(*elements: dict[str, Any], **root: Any) -> bytes:
        components = [*elements, {"type": "button", "id": "send"}]
        return json.dumps({"type": "default", "id": "Example", "components": components, **root}).encode()

    return make
