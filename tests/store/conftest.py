from collections.abc import Iterator

import pytest

from tests import postgres


@pytest.fixture(autouse=True)
def migrated_once(instead: postgres.Instead | None) -> Iterator[None]:
    """Nothing is ready here: these are the tests of the migrations themselves."""
    if instead is not None:
        instead.databases.is_ready = False
    yield
    if instead is not None:
        instead.databases.is_ready = True
