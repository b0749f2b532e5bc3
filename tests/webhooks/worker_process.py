"""A process that opens an installation and works until nothing is due: `FOLDER NOW`."""

import os
import sys
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.config import Settings
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.conftest import ManualClock
from tests.webhooks.conftest import LOOPBACK

folder, now = sys.argv[1:]
clock = ManualClock()
clock.time = datetime.fromisoformat(now)
settings = replace(Settings.from_environment({**os.environ, "IDFLOW_DATA": folder}), outgoing_allow=LOOPBACK)
Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock).work_due()
