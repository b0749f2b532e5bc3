"""A server that is told to stop: it finishes what it has begun."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from queue import Queue
from threading import Event, Thread
from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.postgres import Instead
from tests.webui.conftest import HIDDEN, Site
from tests.webui.server.asking import ask
from webui.server import serve


def test_who_is_told_to_stop_answers_once_more_on_a_connection_that_is_open(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.server.KEPT_SECONDS", 60)
    stop, urls = Event(), Queue[str]()
    serving = Thread(target=partial(serve, site.application, ready=urls.put, stop=stop))
    serving.start()
    address = urls.get(timeout=60).removeprefix("http://")
    with closing(HTTPConnection(address, timeout=60)) as kept:
        kept.request("GET", "/healthz")
        assert kept.getresponse().read() == b"ok"
        stop.set()
        while is_listening(address):
            pass
        kept.request("GET", "/healthz")
        answer = kept.getresponse()
        assert (answer.read(), answer.headers["Connection"]) == (b"ok", "close")
    serving.join(timeout=60)
    assert not serving.is_alive()


def test_who_is_told_to_stop_refuses_new_connections_and_answers_what_it_has_begun(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webui.server.STOP_SECONDS", 60)
    begun, stop, go_on, urls, app = Event(), Event(), Event(), Queue[str](), Flask("slow")

    @app.get("/")
    def slow() -> str:
        begun.set()
        return "answered" if go_on.wait(60) else "late"

    serving = Thread(target=partial(serve, site.application, ready=urls.put, stop=stop, app=app))
    serving.start()
    address = urls.get(timeout=60).removeprefix("http://")
    with ThreadPoolExecutor() as executor:
        answer = executor.submit(ask, address, "GET", "/")
        assert begun.wait(60)
        stop.set()
        while is_listening(address):
            pass
        go_on.set()
        assert answer.result(60)[::2] == (200, b"answered")
    serving.join(60)
    assert not serving.is_alive()


def is_listening(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=60).close()
    except ConnectionError:
        return False
    return True


@pytest.fixture
def data(tmp_path: Path, ready_database: Path, instead: Instead | None) -> Path:
    """A folder of data for a program on SQLite, which has nothing to migrate."""
    if instead is None:
        shutil.copyfile(ready_database, tmp_path / "idflow.sqlite3")
    return tmp_path


PROGRAM = """
import gc; gc.disable()  # what is imported is no garbage
from engine.application import Application
from engine.config import Settings
from forms import FormJs
from pathlib import Path
from webui.server import serve
application = Application.open(Settings(data=Path({data!r}), port=0), activities={{}}, forms=FormJs())
serve(application, ready=lambda url: print(url, flush=True))
application.close()
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_cleanly(data: Path, number: signal.Signals) -> None:
    program = PROGRAM.format(data=str(data))
    command = [sys.executable, "-W", "ignore", "-c", program]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout
        address = process.stdout.readline().strip().removeprefix("http://")
        assert ask(address, "GET", "/healthz")[0] == 200
        process.send_signal(number)
        out, _ = process.communicate(timeout=60)
    assert (process.returncode, out.splitlines()[-1]) == (0, "stopped")


SLOW_PROGRAM = """
import gc; gc.disable()  # what is imported is no garbage
import sys
from datetime import timedelta
from pathlib import Path
from typing import ClassVar
from engine.activity import Activity
from engine.application import Application
from engine.config import Settings
from engine.deployment import File
from forms import FormJs
from tests.instances.drawing import drawn
from webui import server
from webui.logging import configure

configure()
# What is worked on gets as much time as it takes, on whatever machine.
server.STOP_SECONDS = 60

class Slow(Activity):
    type: ClassVar[str] = "work"
    name: ClassVar[str] = "Slow"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = ""

    def run(self, context):
        print("working", flush=True)
        sys.stdin.readline()
        return "worked"

application = Application.open(Settings(data=Path({data!r}), port=0), activities={{"work": Slow}}, forms=FormJs())
first = ("wait m message M", "s -> m", "m -> w") if {job} else ("s -> w",)
application.deploy([File("p.bpmn", drawn({{"p": ("start s", *first, "work w", "end e", "w -> e")}}))])
link = application.token_office.issue(name="t", definition_key="p").link
application.worker.start()

def ready(url):
    print(url, f"/t/{{link}}", flush=True)
    if {job}:
        application.journeys.start("p", {{"key": "k"}}, b"b" * 32)
        application.events.publish("M", key="k", time_to_live=timedelta(minutes=1))

server.serve(application, ready=ready)
application.close()
"""


@pytest.mark.parametrize("job", [False, True])
def test_a_signal_lets_what_is_worked_on_be_finished(data: Path, job: bool) -> None:
    program = SLOW_PROGRAM.format(data=str(data), job=job)
    command = [sys.executable, "-W", "ignore", "-c", program]
    environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    with (
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process,
        ThreadPoolExecutor(1) as browser,
    ):
        assert process.stdout
        assert process.stdin
        try:
            address, path = process.stdout.readline().removeprefix("http://").split()
            asked = None if job else browser.submit(begin, address, path)
            assert process.stdout.readline() == "working\n"
            process.send_signal(signal.SIGTERM)
            process.stdin.write("\n")
            process.stdin.flush()
            assert asked is None or asked.result(timeout=60) == 303
            assert process.wait(timeout=60) == 0
        finally:
            process.kill()
    with closing(sqlite3.connect(data / "idflow.sqlite3")) as database:
        assert database.execute("SELECT status FROM instances").fetchall() == [("COMPLETED",)]
        assert database.execute("SELECT count(*) FROM jobs").fetchone() == (0,) or job


def begin(address: str, path: str) -> int:
    """Open the link of a token and begin; return the status."""
    _, headers, page = ask(address, "GET", path)
    sent = {"Cookie": headers["Set-Cookie"].split(";")[0], "Content-Type": "application/x-www-form-urlencoded"}
    return ask(address, "POST", path, body=urlencode(HIDDEN.findall(page.decode())), headers=sent)[0]
