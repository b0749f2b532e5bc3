import logging
from collections.abc import Callable, Iterator
from io import StringIO

import pytest
import structlog

from engine.errors import NotFound
from tests.webui.conftest import Site
from webui.logging import configure


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """Everything that is logged, as it is written."""
    stream = StringIO()
    before = logging.root.handlers[:], logging.root.level
    configure(logging.DEBUG, stream)
    logging.root.setLevel(logging.DEBUG)
    yield stream.getvalue
    logging.root.handlers, logging.root.level = before
    structlog.reset_defaults()


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


def test_a_whole_journey_leaves_no_secret_in_the_log(
    log: Callable[[], str], site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    person = site.person()
    form = person.begin()
    person.send(form)
    person.open(form.request.path)
    person.send(form)
    person.open("/t/" + "x" * 43)
    written = log() + caplog.text
    assert "route=journey.begin" in written
    cookies = [person.client.get_cookie("idflow")]
    cookies.append(person.client.get_cookie("idflow-journey", path=form.request.path))
    values = [cookie.value for cookie in cookies if cookie]
    assert len(values) == 2
    for secret in (site.key, site.link, "x" * 43, *values):
        assert secret not in written


def test_requests_are_logged_by_route_status_and_time(log: Callable[[], str], site: Site) -> None:
    site.person().open()
    line = log().splitlines()[-1]
    assert "event=request" in line
    assert "route=journey.landing" in line
    assert "method=GET" in line
    assert "status=200" in line
    assert " ms=" in line


def test_an_error_is_logged_with_its_place_and_its_causes_without_their_texts(log: Callable[[], str]) -> None:
    error = RuntimeError("canary")
    error.__cause__ = raised(KeyError("canary"))
    structlog.get_logger().error("oops", exc_info=raised(error))
    logging.getLogger("library").error("went wrong", exc_info=raised(ValueError("canary")))
    assert "canary" not in log()
    assert log().count("test_logging.py:") == 3
    assert all(name in log() for name in ("RuntimeError", "KeyError", "ValueError"))


def test_the_text_of_our_own_errors_is_logged(log: Callable[[], str]) -> None:
    structlog.get_logger().error("oops", exc_info=raised(NotFound("There is no form 'x'.")))
    assert "There is no form 'x'." in log()


@pytest.mark.parametrize("place", ["/t/", "/backoffice/reset/"])
@pytest.mark.parametrize("name", ["waitress", "werkzeug", "ours"])
def test_links_in_the_messages_of_libraries_are_masked(log: Callable[[], str], name: str, place: str) -> None:
    logging.getLogger(name).error("Exception while serving %s?x=1", f"{place}abc_DEF-123")
    structlog.get_logger(name).error("x", at=f"GET {place}abc_DEF-123 HTTP/1.1")
    assert "abc_DEF" not in log()
    assert log().count(f"{place}…") == 2


def test_every_event_is_one_line(log: Callable[[], str]) -> None:
    structlog.get_logger().info("one", text="a\nb\rc")
    logging.getLogger("library").error("two\nthree")
    assert len(log().split("\n")) == 3
