"""What programs do with answers: read their body, or a list page by page."""

from typing import Any

from engine import demo
from tests.webui.api.conftest import Program

NOWHERE = "0" * 24
JOURNEY = {"definition": demo.PROCESS, "variables": {"externalId": demo.USER}}
PEOPLE = [f"person{number}" for number in range(5)]


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.json is not None
    return dict(answer.json)


def walk(program: Program, path: str, key: str) -> list[Any]:
    """Return what a list holds, read page by page."""
    found, address = [], f"{path}{'&' if '?' in path else '?'}limit=2"
    while True:
        answer = program.get(address)
        page = body(answer)
        found += [each[key] for each in page["items"]]
        assert len(page["items"]) <= 2
        if page["next"] is None:
            assert "Link" not in answer.headers
            return found
        link = answer.headers["Link"]
        assert link.endswith('>; rel="next"')
        address = link[len("</api/v1") :].partition(">")[0]
