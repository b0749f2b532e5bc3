"""Installations whose calls outside reach servers of the tests, which are on this machine."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.application import Application
from engine.config import Settings
from engine.egress import AllowList
from engine.named_secrets import NamedSecrets
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock

LOOPBACK = AllowList.parse("IDFLOW_OUTGOING_ALLOW", "127.0.0.0/8")
VALUE = "s3cret-of-the-crm"
SECRETS = NamedSecrets.from_environment(
    {
        "IDFLOW_SECRET_CRM": VALUE,
        "IDFLOW_SECRET_CRM_HOSTS": "127.0.0.1",
        "IDFLOW_SECRET_OTHER": "of-another",
        "IDFLOW_SECRET_OTHER_HOSTS": "api.example.com",
    }
)
WORKER = Path(__file__).with_name("outside_worker.py")
"""A program that opens the installation in a folder at a time, and works until nothing is due."""

Open = Callable[..., Application]


@contextmanager
def opening(folder: Path, clock: ManualClock) -> Iterator[Open]:
    """Have what opens the installation in a folder, as often as it takes, with other settings."""
    opened: list[Application] = []

    def make(**options: Any) -> Application:
        settings = replace(Settings(data=folder, outgoing_allow=LOOPBACK, secrets=SECRETS), **options)
        opened.append(Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock))
        return opened[-1]

    yield make
    for each in opened:
        each.close()
