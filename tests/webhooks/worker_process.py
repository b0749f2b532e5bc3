"""A process that opens an installation and works until nothing is due: `FOLDER NOW`."""

import sys
from datetime import datetime
from pathlib import Path

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webhooks.conftest import LOOPBACK

folder, now = sys.argv[1:]
clock = ManualClock()
clock.time = datetime.fromisoformat(now)
settings = Settings(data=Path(folder), outgoing_allow=LOOPBACK)
Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock).work_due()
