from collections.abc import Iterator
from typing import Any

import pytest
from argon2 import PasswordHasher

import bpmn
from engine import demo
from engine.accounts import passwords
from engine.application import Application
from engine.config import Settings
from engine.sandbox import Sandboxes
from engine.store.models import Account, Base, UserStatus
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import PASSWORD, Operator
from webui import create_app


class Installed:
    """An installation with the demonstration and two accounts, and a sandbox for what is tried in it."""

    def __init__(self, application: Application, clock: ManualClock, account: str, other: str) -> None:
        self.application, self.clock = application, clock
        self.account, self.other = account, other
        self.sandboxes = Sandboxes(application)

    def rows(self) -> dict[str, list[str]]:
        """Return the whole database, but for the sandboxes."""
        with self.application.database.read() as session:
            # Straight to the driver: every test looks twice.
            driver: Any = session.connection().connection.driver_connection
            return {
                name: sorted(map(str, driver.execute(f'SELECT * FROM "{name}"')))  # noqa: S608 - a name of ours
                for name in Base.metadata.tables
                if name != "sandboxes"
            }

    def create(
        self, journey: str = "get_current_totp", variables: dict[str, Any] | None = None, draft: str = ""
    ) -> str:
        return self.sandboxes.create(self.account, journey, draft or diagram(journey), variables or {})


def diagram(journey: str) -> str:
    return (bpmn.FOLDER / journey / f"{journey}.bpmn").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installed]:
    clock, folder = ManualClock(), tmp_path_factory.mktemp("sandbox")
    with pytest.MonkeyPatch.context() as patched:
        # The real parameters have a test of their own.
        patched.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        application = Application.open(Settings(data=folder), activities=ACTIVITIES, forms=FormJs(), clock=clock)
        demo.install(application, bpmn.journeys())
        issued = application.accounts.make_first()
        assert issued is not None
        with application.database.write() as session:
            other = Account(
                name="other", role="administrator", password=passwords.digest(PASSWORD), created_at=clock.now()
            )
            session.add(other)
            session.flush()
            # Somebody real, who is never to be met in a sandbox.
            store = application.identity.store(session, demo.STORE)
            application.identity.create_user(session, store, external_id="real", status=UserStatus.ACTIVE)
            own = session.get_one(Account, issued.account.id)
            own.password, own.expires_at = passwords.digest(PASSWORD), None
            accounts = own.id, other.id
        yield Installed(application, clock, *accounts)
        application.close()


@pytest.fixture
def installed(everything: Installed) -> Iterator[Installed]:
    """The one installation that the tests share: what a sandbox does leaves nothing in it."""
    at, before = everything.clock.time, everything.rows()
    yield everything
    assert everything.rows() == before
    everything.clock.time = at


@pytest.fixture(scope="session")
def browsers(everything: Installed) -> tuple[Operator, Operator]:
    """Two people who are signed in, each at a server of their own."""
    found = []
    for name in ("admin", "other"):
        operator = Operator(create_app(everything.application))
        assert operator.sign_in(name=name).status_code == 303
        operator.get("/backoffice/new-form")
        found.append(operator)
    return found[0], found[1]
