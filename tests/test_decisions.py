"""Decisions as they are deployed: versions, and which of them a process means."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from engine import dmn, feel
from engine.decisions import CACHED, DecisionNotFound, Decisions, DecisionUnusable, DecisionVersion
from engine.errors import InvalidDeployment
from engine.model import Binding, CalledDecision
from engine.store import Database
from engine.store.models import Decision
from tests.dmn.files import decision, document, literal

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


def saying(text: str, tag: str = "") -> bytes:
    """Return a file with two decisions: `risk`, which gives the text, and `other`."""
    attribute = f'xmlns:c="http://camunda.org/schema/1.0/dmn" c:versionTag="{tag}" name="Risk"'
    return document(decision(literal(f'"{text}"'), "risk", attributes=attribute) + decision(literal("1"), "other"))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.write() as session:
        yield session


def made(decisions: Decisions, session: Session, called: CalledDecision, deployment: str | None = None) -> object:
    return dmn.evaluate(decisions.find(session, called, deployment), {}, feel.Settings())


def test_changed_content_is_the_next_version_of_every_decision_in_it(session: Session) -> None:
    decisions = Decisions()
    first = decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    assert first == [DecisionVersion("risk", 1, new=True), DecisionVersion("other", 1, new=True)]
    again = decisions.save(session, "a.dmn", saying("one"), "d2", NOW)
    assert again == [DecisionVersion("risk", 1, new=False), DecisionVersion("other", 1, new=False)]
    changed = decisions.save(session, "a.dmn", saying("two"), "d3", NOW)
    assert [each.version for each in changed] == [2, 2]
    back = decisions.save(session, "a.dmn", saying("one"), "d4", NOW)
    assert [(each.version, each.new) for each in back] == [(3, True), (3, True)]


def test_what_was_uploaded_is_kept(session: Session) -> None:
    content = saying("one", "spring") + b"\r\n"
    Decisions().save(session, "drawn/risk.dmn", content, "d1", NOW)
    row = session.query(Decision).filter_by(key="risk").one()
    assert (row.content, row.file, row.name, row.version_tag) == (content, "risk.dmn", "Risk", "spring")
    assert (row.deployment_id, row.created_at) == ("d1", NOW)


def test_whether_a_file_is_new_is_known_before_it_is_saved(session: Session) -> None:
    decisions = Decisions()
    assert decisions.is_new(session, saying("one"))
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    assert not decisions.is_new(session, saying("one"))
    assert decisions.is_new(session, saying("two"))


def test_the_latest_version_is_found(session: Session) -> None:
    decisions = Decisions()
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    assert made(decisions, session, CalledDecision("risk")) == "one"
    decisions.save(session, "a.dmn", saying("two"), "d2", NOW)
    assert made(decisions, session, CalledDecision("risk")) == "two"
    assert made(decisions, session, CalledDecision("other")) == 1


def test_the_version_of_the_same_deployment_is_found(session: Session) -> None:
    decisions = Decisions()
    bound = CalledDecision("risk", Binding.DEPLOYMENT)
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    decisions.save(session, "a.dmn", saying("two"), "d2", NOW)
    assert made(decisions, session, bound, "d1") == "one"
    assert made(decisions, session, bound, "d2") == "two"
    for deployment in ("d3", None):
        with pytest.raises(DecisionNotFound, match="'risk' that was deployed together with this process"):
            decisions.find(session, bound, deployment)


def test_a_renewed_decision_belongs_to_the_new_deployment(session: Session) -> None:
    decisions = Decisions()
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    renewed = decisions.save(session, "a.dmn", saying("one"), "d2", NOW, renew=True)
    assert renewed[0] == DecisionVersion("risk", 2, new=True)
    for deployment in ("d1", "d2"):
        assert made(decisions, session, CalledDecision("risk", Binding.DEPLOYMENT), deployment) == "one"


def test_the_newest_version_with_a_tag_is_found(session: Session) -> None:
    decisions = Decisions()
    for number, name in enumerate(["spring", "spring", "", "autumn"]):
        decisions.save(session, "a.dmn", saying(f"{number}", name), f"d{number}", NOW)
    assert made(decisions, session, CalledDecision("risk", Binding.VERSION_TAG, "spring")) == "1"
    assert made(decisions, session, CalledDecision("risk", Binding.VERSION_TAG, "autumn")) == "3"
    for tag in ("winter", "", None):
        with pytest.raises(DecisionNotFound, match=f"with the version tag {tag!r}"):
            decisions.find(session, CalledDecision("risk", Binding.VERSION_TAG, tag), "d1")


def test_what_is_not_deployed_is_not_found(session: Session) -> None:
    with pytest.raises(DecisionNotFound, match=r"There is no decision 'risk'\."):
        Decisions().find(session, CalledDecision("risk"), "d1")


def test_a_file_with_problems_is_not_saved(session: Session) -> None:
    with pytest.raises(InvalidDeployment) as refusal:
        Decisions().save(session, "a.dmn", document(decision(literal("1 +"))), "d1", NOW)
    assert [(each.code, each.file) for each in refusal.value.problems] == [("dmn.expression", "a.dmn")]
    assert session.query(Decision).count() == 0


def test_equal_content_is_read_once_and_not_fetched_again(session: Session) -> None:
    decisions = Decisions()
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    session.expunge_all()
    first = decisions.find(session, CalledDecision("risk"), "d1")
    session.query(Decision).update({"content": b"not looked at"})
    session.expunge_all()
    assert decisions.find(session, CalledDecision("risk"), "d1") is first


def test_only_so_many_files_are_kept_in_memory(session: Session) -> None:
    decisions = Decisions()
    for number in range(CACHED + 3):
        decisions.save(session, "a.dmn", document(decision(literal("1"), f"d{number}")), "d", NOW)
        decisions.find(session, CalledDecision(f"d{number}"), "d")
    assert len(decisions._readings) == CACHED


def test_a_decision_that_can_no_longer_be_read_is_a_failure(session: Session) -> None:
    decisions = Decisions()
    decisions.save(session, "a.dmn", saying("one"), "d1", NOW)
    session.query(Decision).filter_by(key="risk").update({"content": b"<old/>", "sha256": "0" * 64})
    with pytest.raises(DecisionUnusable, match=r"a.dmn:1: The root of the file is 'old'"):
        decisions.find(session, CalledDecision("risk"), "d1")
