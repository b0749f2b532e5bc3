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
from tests.outside import LOOPBACK, SECRETS

folder, now = sys.argv[1:]
clock = ManualClock()
clock.time = datetime.fromisoformat(now)
settings = Settings.from_environment({**os.environ, "IDFLOW_DATA": folder})
settings = replace(settings, outgoing_allow=LOOPBACK, secrets=SECRETS)
Application.open(settings, activities=ACTIVITIES, forms=FormJs(), clock=clock).work_due()
