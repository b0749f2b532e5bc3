import pytest

from engine.audit.checkpoints import Checkpoints
from engine.store import Database
from tests.audit.trail import KEY, fill
from tests.conftest import ManualClock


@pytest.fixture
def checkpoints(clock: ManualClock) -> Checkpoints:
    return Checkpoints(KEY, clock)


@pytest.fixture
def trail(database: Database, clock: ManualClock) -> Database:
    """Nine events, a second and a microsecond apart."""
    fill(database, clock)
    return database
