"""`idflow webhook`."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from engine.application import Application
from tests.cli.conftest import Idflow
from tests.receiver import Receiver

Opened = Callable[[], AbstractContextManager[Application]]


def test_a_webhook_is_kept_from_the_command_line(
    idflow: Idflow, application: Opened, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDFLOW_OUTGOING_ALLOW", "127.0.0.0/8")
    assert idflow("webhook", "list").exception is not None
    with application():
        pass
    assert idflow("webhook", "list").output == "There are no webhooks.\n"
    added = idflow("webhook", "add", receiver.url + "?key=canary", "--event", "user.created", "--description", "CRM")
    found = re.fullmatch(r"Webhook: ([0-9a-f]{24})\nSecret: (whsec_\S{44})\n", added.output)
    assert found, added.output
    listed = idflow("webhook", "list").output
    assert (found[1] in listed, "active" in listed, "canary" in listed) == (True, True, False)
    with application() as opened, opened.write() as session:
        opened.identity.create_user(session, opened.identity.create_store(session, "s"))
    with application() as opened:
        opened.work_due()
    assert "user.created" in idflow("webhook", "deliveries").output
    assert "1 attempts: answered 204" in idflow("webhook", "deliveries", found[1], "--state", "delivered").output
    assert idflow("webhook", "deliveries", found[1], "--state", "failed").output == ""
    rotated = idflow("webhook", "rotate", found[1]).output
    assert rotated.startswith("Secret: whsec_")
    assert found[2] not in rotated
    assert idflow("webhook", "switch", found[1], "off").output == "The webhook is off.\n"
    assert "  off  " in idflow("webhook", "list").output
    assert idflow("webhook", "switch", found[1], "on").exit_code == 0


def test_what_is_not_there_or_not_allowed_is_said(idflow: Idflow, application: Opened) -> None:
    with application():
        pass
    for arguments in (("switch", "nobody", "on"), ("rotate", "nobody"), ("deliveries", "nobody")):
        assert getattr(idflow("webhook", *arguments).exception, "code", None) == "webhook-not-found"
    refused = idflow("webhook", "add", "http://127.0.0.1/").exception
    assert getattr(refused, "code", None) == "webhook-invalid"
    assert idflow("webhook", "add", "https://hooks.example.com", "--event", "webhook.test").exit_code == 2
