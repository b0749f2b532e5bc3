"""What pytest loads when idflow is installed: options, fixtures, and *.journeytest.yaml as tests.

It is loaded in every run of pytest, whether journeys are tested or not. So it imports nothing but pytest; the rest of
the kit, and with it Idflow, is imported when a test asks for it. Nothing outside this folder knows pytest.

collecting.py  the files as pytest's tests          reporting.py  coverage among pytest's processes and reports
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from datetime import datetime

    from engine.activity import Activity
    from engine.identity import PolicySettings
    from engine.throwaway import StoreSettings
    from webui.testing.exploring.fixture import Exploring
    from webui.testing.journey import Journey
    from webui.testing.kit import Kit
    from webui.testing.outbox import Outbox
    from webui.testing.people import People
    from webui.testing.plugin.reporting import Reporting
    from webui.testing.travel import Travel
    from webui.testing.workshop import Workshop

SUFFIX = ".journeytest.yaml"

REPORTING: pytest.StashKey[Reporting] = pytest.StashKey()
KIT: pytest.StashKey[Kit] = pytest.StashKey()
WORKSHOP: pytest.StashKey[Workshop] = pytest.StashKey()


class Journeys(Protocol):
    """What the fixtures `journey` and `journey_app` are: called with a path, they return a journey that can start."""

    def __call__(  # noqa: PLR0913 - what an installation can be like
        self,
        path: str | Path,
        *,
        process: str | None = None,
        stores: dict[str, StoreSettings] | None = None,
        policies: dict[str, PolicySettings] | None = None,
        activities: dict[str, type[Activity]] | None = None,
        now: datetime | None = None,
        allow: tuple[str, ...] = (),
    ) -> Journey:
        """Return a journey through the process in a folder or file; see `webui.testing.opening.open_journey`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of coverage and reports."""
    group = parser.getgroup("idflow", "journeys of Idflow")
    group.addoption(
        "--bpmn-cov",
        action="append",
        default=[],
        metavar="PATH",
        nargs="?",
        const="",
        help="Say what of the diagrams the tests reached: of those in PATH (again for another), or of all that ran.",
    )
    group.addoption(
        "--bpmn-cov-fail-under",
        type=float,
        metavar="PERCENT",
        help="Fail when less of all flow nodes, sequence flows and boundary events was reached.",
    )
    group.addoption(
        "--bpmn-report",
        type=Path,
        metavar="FOLDER",
        help="Write coverage (index.html, coverage.json, cobertura.xml) and the diagrams of failures here.",
    )
    group.addoption(
        "--bpmn-reopen",
        action="store_true",
        help="Close the installation of every journey and open it again between all steps.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Look for coverage when it is asked for."""
    option = config.option
    config.addinivalue_line("markers", "journey_reopen: closes the installation and opens it again between all steps")
    if option.bpmn_cov or option.bpmn_cov_fail_under is not None or option.bpmn_report is not None:
        from webui.testing.plugin.reporting import Reporting  # noqa: PLC0415 - see above

        config.stash[REPORTING] = Reporting(config)
        config.pluginmanager.register(config.stash[REPORTING], "idflow-reporting")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take *.journeytest.yaml for tests."""
    if not file_path.name.endswith(SUFFIX):
        return None
    from webui.testing.plugin.collecting import JourneyTestFile  # noqa: PLC0415 - see above

    made: pytest.Collector = JourneyTestFile.from_parent(parent, path=file_path)
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Tell of the journeys of a test that failed for another reason than one of them; keep a walk that failed.

    What walks have reached counts; a walk is only over when hypothesis is done with all of them.
    """
    report: Any = yield
    if (walked := getattr(getattr(item, "obj", None), "idflow_walks", None)) is not None:
        if report.failed and (path := walked.save(_walks_folder(item.config), item.name)) is not None:
            report.sections.append(("walk", f"as a journey test: {path}"))
        if call.when == "call" and (reporting := item.config.stash.get(REPORTING, None)) is not None:
            reporting.take(item.nodeid, walked.taken())
    if report.failed and KIT in item.stash:
        from webui.testing.failures import JourneyFailed  # noqa: PLC0415 - see above
        from webui.testing.telling import explained  # noqa: PLC0415 - see above

        told = call.excinfo is not None and call.excinfo.errisinstance(JourneyFailed)
        for journey in item.stash[KIT].journeys:
            if call.when == "call" and not (told and len(item.stash[KIT].journeys) == 1):
                report.sections.append((f"journey {journey.process}", explained(journey)))
    return report  # type: ignore[no-any-return] # pytest's own


@pytest.fixture
def _idflow_kit(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kit]:
    """Open what the fixtures of one test share."""
    from webui.testing.kit import Kit  # noqa: PLC0415 - see above

    pages = "journey_app" in request.fixturenames
    reopen = request.config.option.bpmn_reopen or request.node.get_closest_marker("journey_reopen") is not None
    kit = Kit(
        workshop_of(request.config, tmp_path_factory),
        lambda: tmp_path_factory.mktemp("journey"),
        pages=pages,
        reopen=reopen,
        name=request.node.nodeid,
    )
    request.node.stash[KIT] = kit
    yield kit
    if (reporting := request.config.stash.get(REPORTING, None)) is not None:
        reporting.take(request.node.nodeid, kit.reached())
    kit.close()


@pytest.fixture
def journey(_idflow_kit: Kit, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Journeys:
    """Journeys on the engine alone, in memory: `journey("bpmn/get_current_totp").start(user="user1")`."""
    from webui.testing.headless import Headless  # noqa: PLC0415 - see above
    from webui.testing.opening import opener  # noqa: PLC0415 - see above

    return opener(
        _idflow_kit, Headless, request.path.parent, request.config.rootpath, _reports(request, tmp_path_factory)
    )


@pytest.fixture
def journey_app(_idflow_kit: Kit, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Journeys:
    """Journeys on their pages: the Flask application, a database on disk, and the forms as a person sees them."""
    from webui.testing.browser import Browser  # noqa: PLC0415 - see above
    from webui.testing.opening import opener  # noqa: PLC0415 - see above

    return opener(
        _idflow_kit, Browser, request.path.parent, request.config.rootpath, _reports(request, tmp_path_factory)
    )


@pytest.fixture
def explore(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exploring]:
    """Explore a journey: `explore("bpmn/totp_registration", seed=1, steps=100)` fails when something is wrong."""
    from webui.testing.exploring.fixture import Exploring  # noqa: PLC0415 - see above

    workshop = workshop_of(request.config, tmp_path_factory)
    exploring = Exploring(workshop, (request.path.parent, request.config.rootpath))
    yield exploring
    if (reporting := request.config.stash.get(REPORTING, None)) is not None:
        reporting.take(request.node.nodeid, exploring.reached())


@pytest.fixture
def clock(_idflow_kit: Kit) -> Travel:
    """Give the clock: `clock.forward(minutes=16)`."""
    return _idflow_kit.clock


@pytest.fixture
def store(_idflow_kit: Kit) -> People:
    """Give the users of the first identity store: `store.add("anna", totp=True)`, `store.current_code("anna")`."""
    return _idflow_kit.people


@pytest.fixture
def outbox(_idflow_kit: Kit) -> Outbox:
    """Give the mails that were sent."""
    return _idflow_kit.outbox


def workshop_of(config: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """Return what the tests of this process share."""
    if WORKSHOP not in config.stash:
        from webui.testing.workshop import Workshop  # noqa: PLC0415 - see above

        folder: list[Path] = []

        def shared() -> Path:
            if not folder:
                folder.append(tmp_path_factory.mktemp("idflow"))
            return folder[0]

        config.stash[WORKSHOP] = Workshop(shared)
    return config.stash[WORKSHOP]


def _walks_folder(config: pytest.Config) -> Path:
    """Return where the walks of failures are written."""
    asked: Path | None = config.option.bpmn_report
    return asked.absolute() if asked is not None else config.rootpath / ".hypothesis" / "walks"


def _reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Return where the diagrams of failures are written."""
    asked: Path | None = request.config.option.bpmn_report
    return lambda: tmp_path_factory.getbasetemp() / "journeys" if asked is None else asked.absolute()
