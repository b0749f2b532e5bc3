"""A throw-away installation with one registered user and the first journey deployed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import bpmn
from engine import demo
from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES

VARIABLES = {"externalId": demo.USER}


@contextmanager
def installation() -> Iterator[tuple[Application, str]]:
    """Yield the application and the link of its demo token."""
    with TemporaryDirectory() as folder:
        application = Application.open(Settings(data=Path(folder)), activities=ACTIVITIES, forms=FormJs())
        yield application, demo.install(application, bpmn.journeys())
        application.close()
