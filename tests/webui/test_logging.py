import logging
from collections.abc import Callable, Iterator
from io import StringIO

import orjson
import pytest
import structlog

from engine.config import LogFormat
from engine.errors import NotFound
from tests.webui.conftest import Site
from webui.logging import configure


class Written(StringIO):
    """Keeps apart what each write wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def write(self, text: str, /) -> int:
        self.texts.append(text)
        return super().write(text)


@pytest.fixture
def written() -> Iterator[Written]:
    stream = Written()
    before = logging.root.handlers[:], logging.root.level
    configure(logging.DEBUG, stream)
    logging.root.setLevel(logging.DEBUG)
    yield stream
    logging.root.handlers, logging.root.level = before
    structlog.reset_defaults()


@pytest.fixture
def log(written: Written) -> Callable[[], str]:
    """Everything that is logged, as it is written."""
    return written.getvalue


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


def test_threads_that_share_the_stream_break_no_line(written: Written) -> None:
    structlog.get_logger().info("ours", text="x")
    logging.getLogger("library").error("a library's")
    assert [each.count("\n") for each in written.texts] == [1, 1]
    assert all(each.endswith("\n") for each in written.texts)


def test_requests_that_wait_for_a_thread_fill_no_log(written: Written) -> None:
    logging.getLogger("waitress.queue").warning("Task queue depth is 1")
    logging.getLogger("waitress").warning("something else")
    assert len(written.texts) == 1


def test_every_line_of_a_request_has_its_id_and_its_instance(log: Callable[[], str], site: Site) -> None:
    person = site.person()
    instance = person.begin().request.path.removeprefix("/j/")
    answers = [person.open(f"/j/{instance}"), site.person().open(f"/j/{instance}")]
    shown, refused, _ = lines = [line for line in log().splitlines() if "route=journey.show" in line][-3:]
    ids = [answer.headers["X-Request-ID"] for answer in answers]
    assert len(set(ids)) == 2
    assert [f"request={ids[0]}" in shown, f"request={ids[1]}" in refused] == [True, True]
    assert all(f"instance={instance}" in line for line in lines)
    assert "instance=" not in log().splitlines()[0]


def test_an_address_that_is_no_id_is_not_logged(log: Callable[[], str], site: Site) -> None:
    site.person().open("/j/canary")
    assert "canary" not in log()


def test_nobody_but_a_proxy_names_a_request(site: Site) -> None:
    client = site.app.test_client()
    assert client.get("/", headers={"X-Request-ID": "forged-1"}).headers["X-Request-ID"] != "forged-1"


def test_lines_are_json_when_asked(site: Site) -> None:
    stream = StringIO()
    before = logging.root.handlers[:], logging.root.level
    configure(logging.DEBUG, stream, LogFormat.JSON)
    site.person().open("/j/" + "0" * 24)
    logging.getLogger("library").error("at /t/secret_1", exc_info=raised(ValueError("canary")))
    logging.root.handlers, logging.root.level = before
    structlog.reset_defaults()
    refused, request, library = map(orjson.loads, stream.getvalue().splitlines())
    assert (refused["event"], refused["code"], refused["instance"]) == ("refused", "instance-not-found", "0" * 24)
    assert (request["status"], request["request"]) == (404, refused["request"])
    assert [*request][:3] == ["timestamp", "level", "event"]
    assert "ValueError" in library["error"]
    assert "secret_1" not in stream.getvalue()
    assert "canary" not in stream.getvalue()
