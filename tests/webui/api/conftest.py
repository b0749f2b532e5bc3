from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from queue import Queue
from secrets import token_bytes
from threading import Event, Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.accounts import Permission, Role, SignedIn, api_keys, records, sessions
from engine.application import Application
from engine.config import Settings
from engine.store.models import Account, AuditEvent
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import Demonstration, ManualClock
from webui import create_app
from webui.server import serve

PREFIX = "/api/v1"


class Program:
    """Something that has a key, and no cookies."""

    def __init__(self, app: Flask, key: str, address: str = "192.0.2.9") -> None:
        self.client = app.test_client(use_cookies=False)
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}
        self.environment = {"REMOTE_ADDR": address}

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> TestResponse:
        headers = {**self.headers, **more.pop("headers", {})}
        given = {} if body is None else {"json": body}
        return self.client.open(
            PREFIX + path, method=method, headers=headers, environ_base=self.environment, **given, **more
        )

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.call("GET", path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.call("POST", path, body, headers=headers)


@pytest.fixture
def application(settings: Settings, clock: ManualClock, demonstration: Demonstration) -> Iterator[Application]:
    """An installation with the demonstration."""
    demonstration.copy(settings.data)
    application = Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock)
    yield application
    application.close()


@pytest.fixture
def app(application: Application) -> Flask:
    return create_app(application)


@pytest.fixture
def make_key(application: Application) -> Callable[..., str]:
    """Make a key with these permissions, or all that an account with this role may give."""
    return partial(new_key, application)


def new_key(
    application: Application, *permissions: Permission, role: Role = Role.ADMINISTRATOR, name: str = "CI"
) -> str:
    with application.database.read() as session:
        row = session.scalar(select(Account).where(Account.name == role.value))
    if row is None:
        application.administration.create(role.value, role)
    with application.database.write() as session:
        account = records.record(session.scalars(select(Account).where(Account.name == role.value)).one())
        now = application.clock.now()
        browser = sessions.begin(session, account.id, sessions.Origin(), token_bytes, now)
    granted = permissions or api_keys.grantable(account)
    return application.api_keys.make(SignedIn(account, browser), name, granted, 30).key


@contextmanager
def served(application: Application) -> Iterator[str]:
    """Serve an installation in a thread; gives its address."""
    stop, ready = Event(), Queue[str]()
    thread = Thread(target=partial(serve, application, ready=ready.put, stop=stop))
    thread.start()
    yield ready.get(timeout=60)
    stop.set()
    thread.join()


@pytest.fixture
def address(application: Application) -> Iterator[str]:
    with served(application) as found:
        yield found


@pytest.fixture
def program(app: Flask, make_key: Callable[..., str]) -> Program:
    """A program that may do everything that keys may."""
    return Program(app, make_key())


def audited(application: Application, *events: str) -> list[dict[str, Any]]:
    """Return what the audit trail says of these events, in order."""
    with application.database.read() as session:
        rows = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    return [row.detail for row in rows if row.event in events]
