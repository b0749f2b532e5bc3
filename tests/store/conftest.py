from collections.abc import Iterator

import pytest

from tests import postgres
from tests.store.made import Made


@pytest.fixture(autouse=True)
def migrated_once(unmigrated: None) -> None:
    """Nothing is ready here: these are the tests of the migrations themselves."""


@pytest.fixture
def server(postgres_databases: postgres.Databases) -> Iterator[Made]:
    made = Made(postgres_databases)
    yield made
    made.close()
