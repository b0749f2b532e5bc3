"""Webhooks in the backoffice."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.application import Application
from engine.config import Settings
from engine.egress import AllowList
from engine.webhooks import WebhookRecord
from tests.receiver import Receiver, Reply
from tests.webui.backoffice.conftest import Operator, audited

HOOKS = "/backoffice/webhooks"
SHOWN = re.compile(r'data-copy="(whsec_[A-Za-z0-9+/]{43}=)"')
EVENTS = ["user.created", "instance.started"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, outgoing_allow=AllowList.parse("X", "127.0.0.0/8"))


def make(operator: Operator, url: str, **fields: object) -> str:
    """Make a webhook; return its secret."""
    operator.get("/backoffice/new-webhook")
    made = operator.post(HOOKS, **{"url": url, "event": EVENTS, "description": "CRM", **fields})
    found = SHOWN.search(made.text)
    assert found, made.text
    return found[1]


def only(application: Application) -> WebhookRecord:
    (webhook,) = application.webhooks.list()
    return webhook


def test_a_webhook_is_made_and_its_secret_shown_once(operator: Operator, application: Application) -> None:
    assert "There are no webhooks yet" in operator.get(HOOKS).text
    secret = make(operator, "https://hooks.example.com/path?key=canary")
    webhook = only(application)
    listed = operator.get(HOOKS).text
    assert "CRM" in listed
    assert "https://hooks.example.com<" in listed
    page = operator.get(f"{HOOKS}/{webhook.id}").text
    assert "user.created" in page
    for each in (listed, page):
        assert secret not in each
        assert "canary" not in each
    assert "path?key=canary" in operator.get(f"{HOOKS}/{webhook.id}/edit").text
    event, detail = audited(application, "webhook_created")[0]
    assert (event, detail["by"], detail["origin"]) == ("webhook_created", "admin", "https://hooks.example.com")
    assert "canary" not in str(detail)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("url", "https://user:pass@example.com/", "a user or a password"),
        ("url", "http://example.com/", "Only https"),
        ("url", "https://10.0.0.1/", "not a public address"),
        ("url", "", "a whole URL"),
        ("event", ["user.created", "made.up"], "Choose one event"),
        ("event", "webhook.test", "Choose one event"),
        ("description", "x" * 201, "200 characters"),
        ("description", "a\x07b", "one line"),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    operator: Operator, application: Application, field: str, value: object, said: str
) -> None:
    fields = {"url": "https://hooks.example.com/", "event": EVENTS, field: value}
    answer = operator.post(HOOKS, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-labelledby="error-summary-title"' in answer.text
    assert application.webhooks.list() == []


def test_whoever_may_only_look_sees_neither_the_url_nor_what_changes_it(
    operator: Operator, application: Application, colleague: Callable[..., Operator]
) -> None:
    make(operator, "https://hooks.example.com/path?key=canary")
    webhook, auditor = only(application), colleague("auditor")
    page = auditor.get(f"{HOOKS}/{webhook.id}")
    assert page.status_code == 200
    assert "the rest of the URL is not shown" in page.text
    for hidden in ("canary", "/path", "Send a test event", "New secret", "/edit"):
        assert hidden not in page.text
    assert auditor.get(f"{HOOKS}/{webhook.id}/edit").status_code == 403
    assert auditor.post(f"{HOOKS}/{webhook.id}/test").status_code == 403
    assert colleague("operator").get(HOOKS).status_code == 403


def test_a_change_needs_a_reason_and_is_made_to_what_was_seen(operator: Operator, application: Application) -> None:
    make(operator, "https://hooks.example.com/")
    webhook = only(application)
    fields = {"url": "https://other.example.com/", "event": ["user.locked"], "description": "ERP", "version": "1"}
    path = f"{HOOKS}/{webhook.id}/edit"
    operator.get(path)
    assert operator.post(path, **fields).status_code == 422
    changed = operator.post(path, **fields, reason="It has moved.")
    assert changed.location.endswith("done=webhook-changed")
    now = only(application)
    assert (now.origin, now.events, now.description) == ("https://other.example.com", ("user.locked",), "ERP")
    assert operator.post(path, **fields, reason="Again.").status_code == 409
    same = operator.post(path, **{**fields, "version": "2"}, reason="Again.")
    assert same.location.endswith("done=webhook-same")
    ((_, detail),) = audited(application, "webhook_changed")
    assert (detail["by"], detail["reason"]) == ("admin", "It has moved.")
    assert detail["changed"] == "events, url, description"


def test_switching_new_secrets_and_deleting_ask_first(operator: Operator, application: Application) -> None:
    secret = make(operator, "https://hooks.example.com/")
    webhook = only(application)
    for name, event in (("off", "webhook_switched"), ("on", "webhook_switched"), ("rotate", "webhook_secret_rotated")):
        path, version = f"{HOOKS}/{webhook.id}/{name}", str(only(application).revision)
        assert "CRM" in operator.get(path).text
        assert operator.post(path, version=version).status_code == 422
        assert operator.post(path, version="0", reason="Because.").status_code == 409
        done = operator.post(path, version=version, reason=f"Because of {name}.")
        assert done.status_code in {200, 303}
        assert audited(application, event)[-1][1]["reason"] == f"Because of {name}."
    found = SHOWN.search(done.text)
    assert found
    assert found[1] != secret
    assert "the secret before it signs, too" in done.text
    gone = operator.post(f"{HOOKS}/{webhook.id}/delete", version=str(only(application).revision), reason="Not needed.")
    assert gone.location.endswith("webhooks?done=webhook-deleted")
    assert application.webhooks.list() == []
    assert operator.get(f"{HOOKS}/{webhook.id}").status_code == 404


def test_a_test_event_and_the_log(operator: Operator, application: Application, receiver: Receiver) -> None:
    make(operator, receiver.url)
    webhook = only(application)
    receiver.replies = [Reply(500, {}, b"<script>alert(1)</script>"), Reply(204)]
    operator.get(f"{HOOKS}/{webhook.id}")
    sent = operator.post(f"{HOOKS}/{webhook.id}/test")
    assert sent.status_code == 303
    assert "Waiting" in operator.get(sent.location).text
    application.work_due()
    page = operator.get(sent.location).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "500" in page
    again = operator.post(f"{sent.location.partition('?')[0]}/again")
    application.work_due()
    page = operator.get(again.location).text
    assert "Delivered" in page
    assert len(receiver.requests) == 2
    assert "webhook.test" in operator.get(f"{HOOKS}/{webhook.id}?state=delivered&event=webhook.test").text
    assert "No delivery is like this" in operator.get(f"{HOOKS}/{webhook.id}?state=failed").text
    assert operator.get(f"{HOOKS}/{webhook.id}?state=nonsense&after=nonsense").status_code == 200
    assert [event for event, _ in audited(application, "webhook_tested", "webhook_sent_again")] == [
        "webhook_tested",
        "webhook_sent_again",
    ]


def test_a_delivery_of_another_webhook_is_not_there(
    operator: Operator, application: Application, receiver: Receiver
) -> None:
    make(operator, receiver.url)
    make(operator, receiver.url, description="Other")
    one, other = application.webhooks.list()
    delivery = application.webhooks.test(one.id)
    operator.get(f"{HOOKS}/{one.id}")
    assert operator.get(f"{HOOKS}/{one.id}/deliveries/{delivery}").status_code == 200
    assert operator.get(f"{HOOKS}/{other.id}/deliveries/{delivery}").status_code == 404
    assert operator.post(f"{HOOKS}/{other.id}/deliveries/{delivery}/again").status_code == 404


def test_the_log_is_paged(
    operator: Operator, application: Application, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.backoffice.webhooks.PAGE", 2)
    make(operator, receiver.url)
    webhook = only(application)
    for _ in range(3):
        application.webhooks.test(webhook.id)
    first = operator.get(f"{HOOKS}/{webhook.id}?state=waiting").text
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older
    second = operator.get(older[1].replace("&amp;", "&")).text
    ids = [re.findall(r"/deliveries/([0-9a-f]{24})", page) for page in (first, second)]
    assert [len(each) for each in ids] == [2, 1]
    assert not set(ids[0]) & set(ids[1])
