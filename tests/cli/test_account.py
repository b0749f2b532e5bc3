import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pyotp
import pytest

from engine.accounts import SignInRefused
from engine.application import Application
from tests.cli.conftest import Idflow

Opened = Callable[[], AbstractContextManager[Application]]


def test_a_reset_prints_a_one_time_password(idflow: Idflow, application: Opened) -> None:
    with application() as opened:
        first = opened.accounts.make_first()
        assert first
    said = idflow("account", "reset", "admin")
    assert said.exit_code == 0, said.output
    found = re.search(r"One-time password of admin: (\S+)\n", said.output)
    assert found
    with application() as opened:
        assert opened.accounts.sign_in("admin", found[1], address="").account.must_change
        try:
            opened.accounts.sign_in("admin", first.password, address="")
        except SignInRefused:
            return
    raise AssertionError


def test_an_unknown_account_is_said(idflow: Idflow, application: Opened) -> None:
    with application():
        pass
    said = idflow("account", "reset", "nobody")
    assert "There is no account 'nobody'." in str(said.exception)


def test_without_an_installation_there_is_nothing_to_reset(idflow: Idflow) -> None:
    assert "There is no installation" in str(idflow("account", "reset", "admin").exception)


def test_accounts_are_made_changed_and_locked_out(idflow: Idflow, application: Opened) -> None:
    with application() as opened:
        opened.accounts.make_first()
    made = idflow("account", "new", "ada", "--role", "designer")
    found = re.search(r"One-time password of ada: (\S+)\n", made.output)
    assert found, made.output
    with application() as opened:
        signed_in = opened.accounts.sign_in("ada", found[1], address="").session
    for command in (("role", "ada", "operator"), ("disable", "ada"), ("enable", "ada"), ("sign-out", "ada")):
        said = idflow("account", *command)
        assert said.exit_code == 0, said.output
    listed = idflow("account", "list").output.splitlines()
    assert [line.split("  ")[:4] for line in listed] == [
        ["admin", "administrator", "one-time password", "no second factor"],
        ["ada", "operator", "one-time password", "no second factor"],
    ][::-1]
    with application() as opened:
        assert opened.accounts.signed_in(signed_in) is None
    refused = idflow("account", "disable", "admin")
    assert "last active administrator" in str(refused.exception)
    assert idflow("account", "new", "bob", "--role", "owner").exit_code == 2
    assert "already" in str(idflow("account", "new", "ada", "--role", "viewer").exception)


def test_a_reset_link_is_printed_with_the_public_url(
    idflow: Idflow, application: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDFLOW_PUBLIC_URL", "https://id.example")
    with application() as opened:
        opened.accounts.make_first()
    said = idflow("account", "reset-link", "admin").output
    found = re.search(r"https://id\.example/backoffice/reset/([A-Za-z0-9_-]{43})\n", said)
    assert found, said
    with application() as opened:
        opened.accounts.use_reset_link(found[1], "wobbly kettle orbit", address="")
        assert not opened.accounts.sign_in("admin", "wobbly kettle orbit", address="").account.must_change


def test_a_second_factor_is_reset(idflow: Idflow, application: Opened) -> None:
    with application() as opened:
        first = opened.accounts.make_first()
        assert first
        signed_in = opened.accounts.sign_in("admin", first.password, address="")
        opened.own_factor.start(signed_in)
        setup = opened.own_factor.state(signed_in).setup
        assert setup
        opened.own_factor.confirm(signed_in, pyotp.TOTP(setup.secret).now())
        assert opened.accounts.sign_in("admin", first.password, address="").halfway
    assert "admin has no second factor" in idflow("account", "reset-second-factor", "admin").output
    with application() as opened:
        assert not opened.accounts.sign_in("admin", first.password, address="").halfway


def test_an_account_is_linked_to_somebody_at_the_provider(
    idflow: Idflow, application: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with application() as opened:
        opened.accounts.make_first()
    assert "names one" in str(idflow("account", "link", "admin", "4711").exception)
    monkeypatch.setenv("IDFLOW_OIDC_ISSUER", "https://login.example")
    monkeypatch.setenv("IDFLOW_OIDC_CLIENT_ID", "idflow")
    said = idflow("account", "link", "admin", "4711")
    assert said.output == "admin is linked.\n"
    with application() as opened:
        linked = opened.sign_on.links.of(opened.administration.entry("admin").account)
    assert [(each.issuer, each.subject) for each in linked] == [("https://login.example", "4711")]
    assert "linked already" in str(idflow("account", "link", "admin", "4712").exception)
    assert idflow("account", "unlink", "admin").output == "admin is unlinked.\n"
    assert "is not linked" in str(idflow("account", "unlink", "admin").exception)
