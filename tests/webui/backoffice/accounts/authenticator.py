"""The authenticator app of somebody, and how they set it up and give its codes."""

import re
from datetime import timedelta

import pyotp
from werkzeug.test import TestResponse

from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator

FACTOR_PAGE, CODE = "/backoffice/account/second-factor", "/backoffice/sign-in/code"
STEP = timedelta(seconds=30)
KEY = re.compile(r'<code class="key">([A-Z2-7]{32})</code>')
RECOVERY = re.compile(r"<li><code>([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})</code></li>")


class App:
    """An authenticator app, with the recovery codes that its owner kept."""

    def __init__(self, secret: str, clock: ManualClock) -> None:
        self.secret = secret
        self._clock = clock
        self.codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(self._clock.now() + steps * STEP)


def secret_of(operator: Operator, password: str = PASSWORD) -> str:
    operator.get(FACTOR_PAGE)
    operator.post(FACTOR_PAGE, password=password)
    found = KEY.search(operator.get(FACTOR_PAGE).text)
    assert found
    return found[1]


def set_up(operator: Operator, clock: ManualClock, password: str = PASSWORD) -> App:
    app = App(secret_of(operator, password), clock)
    done = operator.post(f"{FACTOR_PAGE}/confirm", code=app.code())
    app.codes = RECOVERY.findall(done.text)
    assert len(app.codes) == 10, done.text
    clock.advance(timedelta(seconds=90))
    return app


def give(person: Operator, code: str) -> TestResponse:
    person.get(CODE)
    return person.post(CODE, code=code)
