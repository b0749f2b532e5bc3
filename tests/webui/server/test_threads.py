"""How many requests a process works on at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from queue import Queue
from threading import Event, Lock, Semaphore, Thread

import pytest
from flask import Flask

from engine.config import Settings
from tests.webui.conftest import Site
from tests.webui.server.asking import ask
from webui.server import serve


class Together:
    """A page that nobody leaves before all may, and how many were on it at once."""

    def __init__(self) -> None:
        self.came, self.may_leave, self.most = Semaphore(0), Event(), 0
        self._lock, self._within = Lock(), 0

    def page(self) -> str:
        with self._lock:
            self._within += 1
            self.most = max(self.most, self._within)
        self.came.release()
        assert self.may_leave.wait(60)
        with self._lock:
            self._within -= 1
        return "all of us"


@pytest.mark.parametrize("threads", [1, 3])
class TestWithSoManyThreads:
    @pytest.fixture
    def settings(self, settings: Settings, threads: int) -> Settings:
        return replace(settings, threads=threads)

    def test_as_many_requests_are_worked_on_at_once(self, site: Site, threads: int) -> None:
        stop, urls, app, there = Event(), Queue[str](), Flask("together"), Together()
        app.add_url_rule("/", view_func=there.page)
        serving = Thread(target=partial(serve, site.application, ready=urls.put, stop=stop, app=app))
        serving.start()
        address = urls.get(timeout=60).removeprefix("http://")
        with ThreadPoolExecutor() as people:
            answers = [people.submit(ask, address, "GET", "/") for _ in range(threads + 2)]
            assert all(there.came.acquire(timeout=60) for _ in range(threads))
            there.may_leave.set()
            assert [each.result(timeout=60)[0] for each in answers] == [200] * (threads + 2)
        assert there.most == threads
        stop.set()
        serving.join(timeout=60)
        assert not serving.is_alive()
