"""A canary: every journey with secrets that are known, and then a search for them where they must not be."""

import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from engine.application import Application
from engine.config import Settings
from engine.errors import Failure
from engine.identity import Identity
from engine.identity.otpauth import base32
from engine.store.models import InstanceStatus
from forms import FormJs
from service_tasks import ACTIVITIES
from tests import logs, stored
from tests.conftest import ManualClock
from tests.journeys.conftest import SECRET_BYTES, Random
from tests.journeys.test_over_http import JOURNEYS, Walk
from tests.webui.conftest import Site


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything that this process logs, libraries too, as it is written."""
    with logs.everything() as written:
        yield written


@pytest.fixture
def walk(tmp_path: Path, clock: ManualClock, log: Callable[[], str]) -> Iterator[Walk]:
    random = Random()
    settings = Settings(data=tmp_path / "var")
    application = random.give(Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock))
    yield Walk(Site(application), random, clock)
    application.close()


def spellings(secret: bytes) -> set[str]:
    """Return how a secret could be written, Base32 in groups and in Crockford's alphabet too."""
    plain = base32(secret)
    base64 = b64encode(secret).decode().rstrip("=")
    crockford = plain.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    texts = {plain, plain.lower(), crockford, crockford.lower(), secret.hex(), secret.hex().upper(), base64}
    texts |= {"-".join(text[place : place + 4] for place in range(0, len(text), 4)) for text in (plain, crockford)}
    return texts | {base64.replace("+", "-").replace("/", "_"), quote(secret), repr(secret)[2:-1]}


def found(walk: Walk, text: str) -> list[str]:
    """Return the spellings of any secret that are in `text`."""
    return [each for secret in walk.random.made for each in spellings(secret) if each in text]


def kept(application: Application) -> dict[str, bytes]:
    files = {each.name: each.read_bytes() for each in application.settings.data.rglob("*") if each.is_file()}
    assert application.database.is_sqlite is any(name.endswith("-wal") for name in files)
    return files | {"rows": stored.content(application.database)}


@pytest.mark.parametrize("journey", JOURNEYS)
def test_no_secret_is_anywhere_but_on_the_page_that_shows_it(walk: Walk, log: Callable[[], str], journey: str) -> None:
    walk.go(journey, wrong=True)
    application = walk.site.application
    assert walk.random.made
    (instance,) = application.views.newest()
    assert instance.status is InstanceStatus.COMPLETED
    written = log()
    # Were these missing, nothing else would prove anything.
    assert "SELECT" in written
    assert "INSERT INTO instances" in written
    assert found(walk, written) == []
    assert "otpauth:" not in written
    assert found(walk, "".join(walk.operators)) == []
    for name, content in kept(application).items():
        assert not [secret for secret in walk.random.made if secret in content], name
        assert found(walk, content.decode("latin-1")) == [], name
        assert b"otpauth:" not in content, name
    showing = [page for page in walk.pages if found(walk, page.text + str(page.headers))]
    assert bool(showing) == (journey not in {"totp_authentication", "deregister_totp"})
    assert all("data-secret" in page.text and page.cache_control.no_store for page in showing)
    assert {page.request.method for page in showing} <= {"GET"}
    ending = walk.pages[-1]
    assert not found(walk, ending.text)


def test_no_code_is_in_the_log_or_in_what_operators_see(walk: Walk, log: Callable[[], str]) -> None:
    walk.go("totp_authentication")
    (instance,) = walk.site.application.views.newest()
    code = walk._code(walk.pages[0], "")
    assert f"'{code}'" not in log()
    assert code not in repr(walk.site.application.views.show(instance.id).variables)


@pytest.mark.parametrize("error", [RuntimeError, Failure])
def test_an_incident_tells_no_secret_and_no_code(
    walk: Walk, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    told: list[str] = []

    def fail(*_: Any, **__: Any) -> None:
        failure = error("It is broken.")
        told.append("".join(traceback.format_stack()))
        raise failure

    monkeypatch.setattr(Identity, "complete_registration", fail)
    walk.go("totp_registration")
    (instance,) = walk.site.application.views.newest()
    assert instance.status is InstanceStatus.INCIDENT
    detail = walk.site.application.views.show(instance.id)
    assert found(walk, repr(detail) + log() + walk.pages[-1].text + told[0]) == []


def test_what_holds_a_code_does_not_print_it() -> None:
    given = {"storeName": "demo", "totpPolicy": "demo", "totpRegistrationKey": "totpReg1", "code": "424242"}
    taking = [each for each in ACTIVITIES.values() if any(one.key == "code" for one in each.parameters)]
    assert len(taking) == 3
    for activity in taking:
        names = {each.key for each in activity.parameters}
        assert "424242" not in repr(activity.read({key: value for key, value in given.items() if key in names}))


def test_the_canaries_would_be_found(walk: Walk) -> None:
    secret = next(each for each in walk.random.made if len(each) == SECRET_BYTES)
    for text in spellings(secret):
        assert found(walk, f"before{text}after") != []
