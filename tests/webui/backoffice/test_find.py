"""The search in the head of every page: what is found, by whom, and how."""

import re
from collections.abc import Callable
from io import StringIO

import pytest

from engine import demo, finding
from engine.accounts import Permission, Role
from engine.application import Application
from engine.finding import Kind
from tests.plans import plans
from tests.webui.backoffice.conftest import Operator, People, form, process
from tests.webui.backoffice.people import HOSTILE, Demo
from tests.webui.backoffice.test_permissions import role
from webui.backoffice.find import NEEDS

pytestmark = pytest.mark.usefixtures("journeys")

FIND = "/backoffice/search"
GROUP = re.compile(r'<h2 id="found-(\w+)">.*?<ul class="found">(.*?)</ul>', re.DOTALL)


@pytest.fixture
def there(application: Application) -> Demo:
    return Demo(application)


def find(operator: Operator, text: str) -> dict[str, list[str]]:
    """Return what is found in each group."""
    page = operator.get(FIND, query_string={"q": text})
    assert page.status_code == 200, page.location
    return {kind: re.findall(r'<li><a href="[^"]+">(.*?)</a>', items) for kind, items in GROUP.findall(page.text)}


def test_every_page_has_the_search_in_its_head(operator: Operator, newcomer: Operator) -> None:
    for page in ("/backoffice/", "/backoffice/accounts", FIND, f"{FIND}?q=x"):
        assert '<form class="find" role="search" method="get" action="/backoffice/search">' in operator.get(page).text
    assert "Type an id, a name, an e-mail address or an external ID" in operator.get(f"{FIND}?q=%20").text


def test_everything_is_found_by_its_names(operator: Operator, people: People, there: Demo) -> None:
    there.add("Welcome.Person")
    operator.post("/backoffice/forms", name="Welcome", title="Hello")
    operator.post("/backoffice/processes", name="Welcome to us")
    operator.post("/backoffice/accounts", name="welcomer", role="viewer")
    people.application.token_office.issue(name="welcome-7", definition_key=demo.PROCESS)
    people.begin("welcome.person", email="Wilma@Example.org")
    assert find(operator, "welcome") == {
        "instances": ["welcome.person"],
        "tokens": ["welcome-7"],
        "processes": ["Welcome to us"],
        "forms": ["Hello"],
        "users": ["Welcome.Person"],
        "accounts": ["welcomer"],
    }
    assert find(operator, "WELCOME-7") == {"tokens": ["welcome-7"]}
    assert find(operator, "to us") == {"processes": ["Welcome to us"]}
    assert find(operator, "elcome.person") == {}
    assert find(operator, "wilma@ex") == {"instances": ["welcome.person"]}
    assert find(operator, "hello") == {"forms": ["Hello"]}


def test_a_beginning_of_an_id_finds_and_a_whole_one_leads_there(
    operator: Operator, people: People, there: Demo
) -> None:
    instance_id = people.begin()
    token = people.application.token_office.search().rows[0].token
    assert find(operator, instance_id[:6])["instances"] == ["user1"]
    assert find(operator, token.id[:6])["tokens"] == [token.name]
    user = there.user.id
    assert find(operator, user[:6]).get("users") is None
    for identifier, path in (
        (f" {instance_id.upper()} ", f"/backoffice/instances/{instance_id}"),
        (user, there.path),
        (token.id, f"/backoffice/tokens?q={token.name}"),
    ):
        answer = operator.get(FIND, query_string={"q": identifier})
        assert (answer.status_code, answer.location) == (303, path)
    assert find(operator, "0" * 24) == {}


def test_nobody_finds_what_they_may_not_see(
    operator: Operator, people: People, there: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance_id = people.begin()
    everything = {kind.value for kind in Kind}
    operator.post("/backoffice/accounts", name="user1s", role="viewer")
    operator.post("/backoffice/forms", name="user1", title="user1")
    operator.post("/backoffice/processes", name="user1")
    people.application.token_office.issue(name="user1", definition_key=demo.PROCESS)
    assert set(find(operator, "user1")) == everything
    for kind, permission in NEEDS.items():
        with role(monkeypatch, *(set(Permission) - {permission})):
            assert set(find(operator, "user1")) == everything - {kind}
    with role(monkeypatch, Permission.ACCOUNT_OWN):
        assert find(operator, "user1") == {}
        for identifier in (instance_id, there.user.id, people.application.token_office.search().rows[0].token.id):
            assert find(operator, identifier) == {}


def test_a_viewer_is_led_only_where_a_viewer_may_go(
    operator: Operator, colleague: Callable[..., Operator], there: Demo
) -> None:
    operator.post("/backoffice/forms", name="Welcome", title="Welcome")
    operator.save_version("Welcome", form(), 1)
    operator.post("/backoffice/processes", name="Welcome")
    operator.data("Welcome")
    operator.keep_process("welcome", process(), 1, deploy=True)
    viewer = colleague(Role.VIEWER)
    page = viewer.get(FIND, query_string={"q": "welcome"}).text
    links = re.findall(r'<li><a href="(/backoffice/(?:forms|processes)/[^"]+)">Welcome</a>', page)
    assert len(links) == 2
    for each in links:
        assert viewer.get(each).status_code == 200
    assert find(viewer, "user") == {}


def test_a_group_is_short_and_leads_to_the_whole_list(
    operator: Operator, people: People, there: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAXIMUM_FOUND", 2)
    for number in range(3):
        there.add(f"many.{number}")
        people.begin(f"many.{number}")
    page = operator.get(FIND, query_string={"q": "many"}).text
    assert [len(items) for items in find(operator, "many").values()] == [2, 2]
    assert 'href="/backoffice/instances?q=many"' in page
    assert f'href="/backoffice/users?store={there.store.id}&amp;q=many"' in page


@pytest.mark.parametrize("hostile", [HOSTILE, "%", "' OR 1=1 --", "x" * 5000, "\x00", "\N{SNOWMAN}", "\U0010ffff"])
def test_a_hostile_search_is_only_text(operator: Operator, hostile: str) -> None:
    assert find(operator, hostile) == {}
    assert "<script>alert" not in operator.get(FIND, query_string={"q": hostile}).text


def test_what_is_looked_for_is_not_logged(operator: Operator, log: StringIO) -> None:
    find(operator, "very.personal@example.com")
    assert "route=backoffice.find" in log.getvalue()
    assert "very.personal" not in log.getvalue()


def test_nothing_that_there_can_be_many_of_is_read_from_end_to_end(application: Application) -> None:
    for text in ("user1", "abcd", "A Name"):
        with plans(application.database, "instances", "process_tokens", "users") as steps:
            application.finder.find(text, list(Kind))
        assert steps
        assert not [each for each in steps if each.startswith("SCAN")], steps
        names = [each for each in steps if "users" in each]
        assert all("(store_id=? AND external_id>? AND external_id<?)" in each for each in names), names
