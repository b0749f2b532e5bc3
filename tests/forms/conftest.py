from collections.abc import Callable

import pytest

from tests.forms import making

Document = Callable[..., bytes]


@pytest.fixture
def form() -> Document:
    """Return a form of the given elements and a Submit button, as the bytes that somebody uploads."""
    return making.form
