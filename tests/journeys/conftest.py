import re
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha512
from pathlib import Path
from typing import Any

import pyotp
import pytest

from engine import demo
from engine.application import Application
from engine.identity import UserRecord
from engine.identity.otpauth import base32
from engine.store.models import InstanceStatus
from forms import Rendered, render
from tests.forms.scanning import scanned
from tests.instances.conftest import Clock
from tests.instances.conftest import Installation as Reopened

SECRET_BYTES = 20
"""Of a TOTP secret under the demonstration's policy."""


def scanned_from(html: str) -> str:
    """Return what a device reads from the QR code on a page."""
    (code,) = re.findall(r'<svg[^>]*class="qrcode".*?</svg>', html, re.DOTALL)
    return scanned(code)


class Random:
    """Makes bytes that are known, and different each time."""

    def __init__(self, made: Sequence[bytes] = ()) -> None:
        self.made = list(made)

    def __call__(self, count: int) -> bytes:
        self.made.append(sha512(b"canary %d" % len(self.made)).digest()[:count])
        return self.made[-1]

    def give(self, application: Application) -> Application:
        object.__setattr__(application.identity, "random", self)
        return application

    @property
    def secrets(self) -> list[str]:
        """The TOTP secrets in Base32, the oldest first; the first one is that of the demonstration's user."""
        return [base32(each) for each in self.made if len(each) == SECRET_BYTES]


class Installation(Reopened):
    """An installation that is closed and opened again before every call, and whose secrets are known."""

    def __init__(self, folder: Path, clock: Clock, link: str = "", made: Sequence[bytes] = ()) -> None:
        """Open the one in `folder`, which has used the bytes `made`; without a link, make it."""
        self.random = Random(made)
        super().__init__(folder, clock, link)

    def open(self) -> Application:
        return self.random.give(super().open())

    def change(self, work: Callable[[Application, Any, UserRecord], object], external_id: str = demo.USER) -> Any:
        """Do something to a user in a transaction of its own."""

        def change(application: Application) -> object:
            with application.database.write() as session:
                store = application.identity.store(session, demo.STORE)
                user = application.identity.user_by_external_id(session, store, external_id)
                return work(application, session, user)

        return self.call(change)

    def add(self, external_id: str) -> None:
        def add(application: Application) -> None:
            with application.database.write() as session:
                store = application.identity.store(session, demo.STORE)
                application.identity.create_user(session, store, external_id=external_id)

        self.call(add)

    def recovery_codes(self, external_id: str = demo.USER) -> list[str]:
        def make(application: Application, session: Any, user: UserRecord) -> list[str]:
            made = application.identity.generate_recovery_codes(session, user, "test")
            return [application.identity.reveal(session, each) for each in made]

        codes: list[str] = self.change(make, external_id)
        return codes

    def code(self, secret: str | None = None) -> str:
        """Return the code that an authenticator shows now."""
        return pyotp.TOTP(secret or self.random.secrets[0]).at(self.clock.now())

    def wrong_code(self) -> str:
        """Return a code that no secret made has around now."""
        known = {
            pyotp.TOTP(secret).at(self.clock.now(), counter_offset=offset)
            for secret in self.random.secrets
            for offset in range(-5, 6)
        }
        return next(code for number in range(100) if (code := f"{number:06}") not in known)

    def visit(self, journey: str, external_id: str | None = demo.USER) -> "Visitor":
        return Visitor(self, self.start(journey, **({} if external_id is None else {"externalId": external_id})))


class Visitor:
    """Somebody who goes through one journey."""

    def __init__(self, installation: Installation, instance_id: str) -> None:
        self.installation, self.id = installation, instance_id

    @property
    def at(self) -> str | None:
        """The element whose form is open."""
        return self.installation.at(self.id)

    @property
    def page(self) -> Rendered:
        """The form that is open, as its end user sees it."""

        def show(application: Application) -> Rendered:
            step = application.journeys.step(self.id, self.installation.bindings[self.id])
            assert step.task is not None
            return render(step.task.form.content, step.variables, reveal=partial(application.journeys.reveal, step))

        return self.installation.call(show)

    @property
    def uri(self) -> str:
        """What a device reads from the QR code on the page."""
        return scanned_from(self.page.html)

    def submit(self, **answers: str) -> str | None:
        """Submit the form that is open, and return the element whose form is open then."""
        self.installation.submit(self.id, **answers)
        record = self.installation.show(self.id).record
        assert record.status is not InstanceStatus.INCIDENT, record.message
        return self.at

    @property
    def ended(self) -> tuple[str, str]:
        """How it has ended: the status, and what the last page is called."""
        step = self.installation.step(self.id)
        assert step.end is not None, self.installation.show(self.id).record
        return step.status.value, step.end.name

    @property
    def kept(self) -> dict[str, Any]:
        """What identity activities have written, as operators see it."""
        return dict(self.installation.show(self.id).variables["_identityStore"])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return Installation(tmp_path_factory.mktemp("journeys") / "var", Clock())


@pytest.fixture
def installation(tmp_path: Path, clock: Clock, made_once: Installation) -> Installation:
    shutil.copytree(made_once.settings.data, tmp_path / "var")
    return Installation(tmp_path / "var", clock, made_once.link, made_once.random.made)
