"""A worker in a process of its own: `worker_process.py DATABASE_URL MODE TIME`.

`hang` says "ready" in the middle of a handler and stays there; `drain` says so before it begins, waits for a line,
works what is due, and says how many attempts that took.
"""

import sys
from datetime import datetime
from time import sleep

from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.jobs import Arguments, Task, worker_of
from engine.store import Database


class Standing:
    def now(self) -> datetime:
        return datetime.fromisoformat(sys.argv[3])


def say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def write(session: Session, arguments: Arguments) -> None:
    session.execute(text("INSERT INTO done (what) VALUES (:what)"), {"what": arguments["what"]})


def write_and_hang(session: Session, arguments: Arguments) -> None:
    write(session, arguments)
    say("ready")
    sleep(600)


database = Database(sys.argv[1])
if sys.argv[2] == "hang":
    worker_of(database, Standing(), [Task("write", write_and_hang)]).work_due()
else:
    say("ready")
    sys.stdin.readline()
    say(worker_of(database, Standing(), [Task("write", write)]).work_due())
database.close()
