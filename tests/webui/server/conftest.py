from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from queue import Queue
from threading import Event, Thread

import pytest

from engine.config import Settings
from tests.webui.conftest import Site
from webui.server import serve


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, port=0)


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    stop, urls = Event(), Queue[str]()
    thread = Thread(target=partial(serve, site.application, ready=urls.put, stop=stop))
    thread.start()
    yield urls.get(timeout=60).removeprefix("http://")
    stop.set()
    thread.join(timeout=60)
    assert not thread.is_alive()
