import pytest


@pytest.fixture(autouse=True)
def migrated_once(unmigrated: None) -> None:
    """Nothing is ready here: these are the tests of the migrations themselves."""
