import pytest

from engine.tokens import Tokens
from tests.conftest import ManualClock


@pytest.fixture
def tokens(clock: ManualClock) -> Tokens:
    return Tokens(bytes(32), clock)
