"""A process that opens a database with a post office and works until nothing is due: `URL NOW PORT`."""

import sys
from datetime import datetime, timedelta

from engine.identity import Vault
from engine.jobs import jobs_of, worker_of
from engine.mail import PostOffice, Smtp
from engine.store import Database
from tests.conftest import ManualClock
from tests.mail.conftest import KEK, settings

url, now, port = sys.argv[1:]
clock = ManualClock()
clock.time = datetime.fromisoformat(now)
database = Database(url)
with database.write() as session:
    vault = Vault.open(session, KEK, clock)
transport = Smtp(settings(int(port)))
office = PostOffice(jobs_of(database, clock), vault, clock, lambda _: transport, lambda _: timedelta(days=7))
worker_of(database, clock, office.tasks).work_due()
