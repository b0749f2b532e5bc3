"""A throw-away installation with one registered user and the first journey deployed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import bpmn
from engine import demo
from engine.application import Application
from engine.clock import Clock
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES

VARIABLES = {"externalId": demo.USER}


@contextmanager
def installation(clock: Clock | None = None) -> Iterator[tuple[Application, str]]:
    """Yield the application and the link of its demo token."""
    with TemporaryDirectory() as folder:
        application = Application.open(
            Settings(data=Path(folder), port=0), activities=ACTIVITIES, forms=FormJs(), clock=clock
        )
        yield application, demo.install(application, bpmn.journeys())
        application.close()
