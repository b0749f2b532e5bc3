"""The client at a real server."""

from itertools import islice

import pytest

from engine import demo
from engine.accounts import Permission
from tests.webui.api.conftest import audited, new_key
from tests.webui.client.conftest import Server
from webui.api.interface import operations
from webui.api.models.deployments import Files, SentFile
from webui.api.models.instances import NewInstance
from webui.api.models.orders import Ordered
from webui.api.models.policies import PolicyChange
from webui.api.models.stores import NewStore, StoreChange, StoreNamed
from webui.api.models.tasks import Answers
from webui.api.models.tokens import NewToken, TokenSwitch
from webui.api.models.users import NewUser, ReasonAsked, UserChange
from webui.client import Client, KeyRefused, NothingThere, NotModified, NotPermitted, NotTaken, OtherwiseNow
from webui.client.calls import Group

NOWHERE = "0" * 24


def test_every_operation_has_a_method(client: Client) -> None:
    groups = [each for each in vars(client).values() if isinstance(each, Group)]
    methods = [getattr(group, name) for group in groups for name in vars(type(group)) if not name.startswith("_")]
    assert sorted(each.run.__name__ for each in methods) == sorted(each.name for each in operations())


def test_tokens_are_made_listed_and_switched(client: Client, server: Server) -> None:
    made = client.tokens.create(NewToken(definition=demo.PROCESS, name="spring", parameters={"externalId": "user1"}))
    assert made.link.startswith(f"{server.address}/t/")
    found = client.tokens.get(token_id=made.id)
    assert (found.name, found.definition, found.parameters) == ("spring", demo.PROCESS, {"externalId": "user1"})
    assert [each.id for each in client.tokens.list(q="spring")] == [made.id]
    switched = client.matching(found).tokens.switch(TokenSwitch(status=found.status), token_id=found.id)
    assert switched.id == found.id


def test_a_list_is_read_page_by_page_as_far_as_it_is_needed(client: Client) -> None:
    store = client.stores.create(NewStore(name="savings"))
    for number in range(5):
        client.users.create(NewUser(external_id=f"person{number}"), store_id=store.id)
    named = StoreNamed(store_id=store.id)
    assert [len(page.items) for page in client.users.find.pages(named, q="person", limit=2)] == [2, 2, 1]
    found = islice(client.users.find(named, q="person", limit=2), 4)
    assert [each.external_id for each in found] == ["person0", "person1", "person2", "person3"]


def test_what_somebody_else_has_changed_is_left_alone(client: Client) -> None:
    store = client.stores.create(NewStore(name="trust"))
    user = client.users.create(NewUser(external_id="alice", attributes={"a": 1}), store_id=store.id)
    names = {"store_id": store.id, "user_id": user.id}
    with pytest.raises(OtherwiseNow) as unsaid:
        client.users.change(UserChange(locale="de", reason="moved"), **names)
    assert (unsaid.value.status, unsaid.value.code) == (428, "precondition-required")
    changed = client.matching(user).users.change(UserChange(locale="de", reason="moved"), **names)
    # What was not named stays.
    assert (changed.locale, changed.attributes, changed.external_id) == ("de", {"a": 1}, "alice")
    with pytest.raises(OtherwiseNow) as late:
        client.matching(user.revision).users.change(UserChange(locale="fr", reason="moved"), **names)
    client.matching(changed.revision).users.change(UserChange(locale="it", reason="moved"), **names)
    assert (late.value.status, late.value.code) == (412, "user-changed")
    client.matching("*").users.delete(ReasonAsked(reason="left"), **names)
    with pytest.raises(NothingThere):
        client.users.get(**names)


def test_what_was_seen_already_is_not_sent_again(client: Client) -> None:
    policy = next(client.policies.list())
    seen = client.policies.get.answer(policy_id=policy.id)
    assert seen.etag is not None
    with pytest.raises(NotModified):
        client.unless(seen.etag).policies.get(policy_id=policy.id)
    client.matching(seen.etag).policies.change(PolicyChange(period=60, reason="slow phones"), policy_id=policy.id)
    assert client.unless(seen.etag).policies.get(policy_id=policy.id).period == 60


def test_a_key_of_ones_own_does_it_once(client: Client) -> None:
    new = NewToken(definition=demo.PROCESS)
    first, again = (client.once("order-4711").tokens.create.answer(new) for _ in range(2))
    assert (first.value, first.replayed, again.replayed) == (again.value, False, True)
    with pytest.raises(NotTaken, match="key") as other:
        client.once("order-4711").tokens.create(NewToken(definition=demo.PROCESS, name="other"))
    assert other.value.code == "idempotency-key-reused"
    assert client.tokens.create(new).id != first.value.id


def test_an_instance_is_started_filled_in_and_cancelled(client: Client, server: Server) -> None:
    started = client.instances.start(NewInstance(definition=demo.PROCESS, variables={"externalId": demo.USER}))
    (task,) = client.tasks.list(instance_id=started.id).items
    assert task.submittable
    timeline = client.instances.timeline(instance_id=started.id)
    assert "waiting" in [each.event for each in timeline.history]
    submitted = client.tasks.submit(Answers(), instance_id=started.id, task_id=task.id)
    assert submitted.status.value == "COMPLETED"
    other = client.instances.start(NewInstance(definition=demo.PROCESS, variables={"externalId": demo.USER}))
    client.instances.cancel(Ordered(reason="tried out"), instance_id=other.id)
    assert audited(server.application, "instance_cancelled")[0]["reason"] == "tried out"
    assert {each.status.value for each in client.instances.list()} == {"COMPLETED", "CANCELLED"}


def test_files_come_back_byte_by_byte(client: Client) -> None:
    version = client.definitions.get(key=demo.PROCESS)
    file = client.definitions.bpmn(key=demo.PROCESS, version=version.version)
    assert file.media_type.startswith("application/xml")
    sent = Files(files=(SentFile(name="p.bpmn", content=file.data.decode()),))
    assert [each.new for each in client.definitions.deploy(sent).deployed] == [False]
    assert client.definitions.check(sent).deployable


def test_problems_are_exceptions_with_all_that_the_server_says(client: Client, server: Server) -> None:
    with pytest.raises(NothingThere) as missing:
        client.instances.get(instance_id=NOWHERE)
    assert missing.value.code == "instance-not-found"
    assert len(missing.value.request) == 16
    with pytest.raises(NotTaken) as wrong:
        client.tokens.create(NewToken.model_construct({"definition"}, definition=""))
    assert wrong.value.code == "request-invalid"
    assert [each.pointer for each in wrong.value.errors] == ["/definition"]
    assert "/definition: " in wrong.value.message
    with Client(server.address, new_key(server.application, Permission.TOKENS_VIEW, name="reader")) as reader:
        assert list(reader.tokens.list())
        with pytest.raises(NotPermitted, match=r"It needs stores\.view\.$"):
            list(reader.stores.list())
    with Client(server.address, "idflow_wrong") as stranger, pytest.raises(KeyRefused, match="IDFLOW_API_KEY"):
        list(stranger.stores.list())


def test_a_store_is_disabled_with_a_reason(client: Client) -> None:
    store = client.stores.create(NewStore(name="closed"))
    with pytest.raises(NotTaken, match="/reason: "):
        client.matching(store).stores.change(StoreChange.model_validate({"status": "DISABLED"}, strict=False),
                                             store_id=store.id)  # fmt: skip
