from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.openid.client import TestProvider, running
from webui import create_app


@pytest.fixture(scope="session")
def provider() -> Iterator[TestProvider]:
    with running() as provider:
        yield provider


@pytest.fixture
def clock() -> ManualClock:
    """The provider's clock is the machine's."""
    clock = ManualClock()
    clock.time = datetime.now(UTC)
    return clock


@pytest.fixture
def installation(settings: Settings, clock: ManualClock, provider: TestProvider) -> Iterator[Callable[..., Flask]]:
    """Open the installation with settings of its own."""
    opened: list[Application] = []

    def make(**more: Any) -> Flask:
        provider.tell(lies={}, users={})
        chosen = replace(settings, oidc=provider.settings(**{"create_accounts": True, **more}))
        opened.append(Application.open(chosen, activities=ACTIVITIES, forms=FormJs(), clock=clock))
        app = create_app(opened[-1])
        app.extensions["application"] = opened[-1]
        return app

    yield make
    for application in opened:
        application.close()


@pytest.fixture
def application(installation: Callable[..., Flask]) -> Application:
    application: Application = installation().extensions["application"]
    return application
