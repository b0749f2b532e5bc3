from collections.abc import Iterator

import pytest

from tests.mail.conftest import Server


@pytest.fixture
def mails() -> Iterator[Server]:
    """A mail server that takes everything."""
    server = Server()
    yield server
    server.stop()
