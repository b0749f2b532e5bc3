"""Lists: page by page, and what is looked for in them."""

from sqlalchemy import select

from engine import demo
from engine.application import Application
from engine.store.models import InstanceParameter
from tests.webui.api.conftest import Program
from tests.webui.api.resources.reading import JOURNEY, PEOPLE, body, walk


def test_lists_are_read_page_by_page(program: Program, application: Application, store: str) -> None:
    tokens = [
        body(program.post("/tokens", {"definition": demo.PROCESS, "name": f"t{number}"}), 201)["id"]
        for number in range(5)
    ]
    walked = walk(program, "/tokens", "id")
    assert set(walked) >= set(tokens)
    assert len(walked) == len(set(walked))
    instances = [body(program.post("/instances", JOURNEY), 201)["id"] for _ in range(5)]
    newest = walk(program, "/instances", "id")
    assert sorted(newest) == sorted(instances)
    assert walk(program, "/instances?sort=oldest", "id") == newest[::-1]
    assert walk(program, f"/stores/{store}/users?q=person", "externalId") == PEOPLE
    keys = walk(program, "/definitions", "key")
    assert keys == sorted(each["key"] for each in body(program.get("/definitions?limit=200"))["items"])
    assert len(keys) > 4
    events = walk(program, "/audit/events?event=instance_started", "instance")
    assert sorted(events) == sorted(instances)


def test_who_opened_a_token_is_said_and_tokens_are_found_by_it(program: Program, application: Application) -> None:
    made = {name: body(program.post("/tokens", {"definition": demo.PROCESS, "name": name}), 201) for name in "abcd"}
    links = {name: each["link"].rpartition("/")[2] for name, each in made.items()}
    application.journeys.opened(links["a"], b"a" * 32, "Edge on Windows")
    application.journeys.begin(links["b"], b"b" * 32)
    kinds = {"yes": {"a", "b"}, "unbegun": {"a"}, "no": {"c", "d"}}
    for kind, names in kinds.items():
        assert set(walk(program, f"/tokens?opened={kind}", "name")) & set(made) == names
    problem = body(program.get("/tokens?opened=maybe"), 422)
    assert problem["errors"][0]["parameter"] == "opened"
    at = body(program.get(f"/tokens/{made['a']['id']}"))["openedAt"]
    entry = {"number": 1, "at": at, "device": "Edge on Windows", "begun": False}
    assert body(program.get(f"/tokens/{made['a']['id']}/openings")) == {"count": 1, "entries": [entry]}
    assert body(program.get(f"/tokens/{made['b']['id']}/openings"))["entries"][0]["begun"]
    assert body(program.get(f"/tokens/{made['c']['id']}"))["openedAt"] is None
    assert body(program.get(f"/tokens/{made['c']['id']}/openings")) == {"count": 0, "entries": []}


def test_a_page_begins_nowhere_but_after_one_of_ours(program: Program) -> None:
    for path in ("/tokens", "/instances", "/audit/events"):
        wrong = body(program.get(f"{path}?after=nowhere"), 422)
        assert wrong["errors"][0]["parameter"] == "after"


def test_instances_are_found_by_what_is_asked_for(program: Program) -> None:
    variables = {"externalId": demo.USER, "email": "Anna@Example.org", "firm": {"city": "Graz", "rooms": 7}}
    made = body(program.post("/instances", {**JOURNEY, "variables": variables}), 201)
    for query, found in (
        (f"definition={demo.PROCESS}&version=1", 1),
        ("definition=other", 0),
        ("status=ACTIVE", 1),
        ("status=COMPLETED", 0),
        (f"q={demo.USER.upper()}", 1),
        (f"q={made['id'][:8]}", 1),
        ("parameter=email=anna@example.org", 1),
        ("parameter=firm.city=graz&q=user", 1),
        ("parameter=firm.rooms=7", 1),
        ("q=GRAZ", 1),
        # They are sealed: who does not know the whole value finds nothing.
        ("q=gra", 0),
        ("parameter=firm.city=gra*", 0),
        ("parameter=externalId=us*", 1),
        ("parameter=city=graz", 0),
        ("createdFrom=2026-01-15T09:30:00Z", 1),
        ("createdBefore=2026-01-15T09:30:00Z", 0),
    ):
        assert len(body(program.get(f"/instances?{query}"))["items"]) == found, query


def test_what_an_instance_was_started_with_is_nowhere_as_it_was(program: Program, application: Application) -> None:
    variables = {"externalId": demo.USER, "firstName": "Anneliese", "secretNumber": 4711470815}
    body(program.post("/instances", {**JOURNEY, "variables": variables}), 201)
    with application.database.read() as session:
        noted = session.scalars(select(InstanceParameter)).all()
    said = " ".join(f"{each.name} {each.key}" for each in noted)
    assert len(noted) == 5
    assert demo.USER in said
    assert not [each for each in ("anneliese", "4711470815", "firstName", "secretNumber") if each in said]


def test_a_parameter_has_a_name_and_a_value(program: Program) -> None:
    for wrong in ("anna", "=anna", "email=", "x" * 1001):
        refused = body(program.get(f"/instances?parameter={wrong}"), 422)
        assert [each["parameter"] for each in refused["errors"]] == ["parameter"]
