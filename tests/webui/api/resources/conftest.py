import pytest

from tests.webui.api.conftest import Program
from tests.webui.api.resources.reading import PEOPLE, body


@pytest.fixture
def store(program: Program) -> str:
    """A store with five users."""
    made = body(program.post("/stores", {"name": "bank", "locale": "de", "timeZone": "Europe/Berlin"}), 201)
    for name in PEOPLE:
        body(program.post(f"/stores/{made['id']}/users", {"externalId": name}), 201)
    return str(made["id"])


@pytest.fixture
def user(program: Program, store: str) -> str:
    """The path of a user."""
    found = body(program.get(f"/stores/{store}/users?q={PEOPLE[0]}"))
    return f"/stores/{store}/users/{found['items'][0]['id']}"
