import pytest
from flask import Flask

from tests.conftest import ManualClock
from tests.webui.backoffice.accounts.authenticator import CODE, App, set_up
from tests.webui.backoffice.conftest import Operator


@pytest.fixture
def phone(operator: Operator, clock: ManualClock) -> App:
    """The app of the administrator."""
    return set_up(operator, clock)


@pytest.fixture
def halfway(app: Flask, phone: App) -> Operator:
    """Somebody who knows the password."""
    person = Operator(app, "198.51.100.1")
    assert person.sign_in().location == CODE
    return person
