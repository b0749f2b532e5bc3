import re
from collections.abc import Callable
from contextlib import AbstractContextManager

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
