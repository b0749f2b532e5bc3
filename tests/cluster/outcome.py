"""What must be true when everybody has arrived, whatever happened on the way."""

from collections import Counter
from collections.abc import Callable, Sequence
from email import message_from_bytes
from random import Random
from time import monotonic, sleep

from sqlalchemy import select, text

from engine.application import Application
from engine.store.models import AuditEvent, HistoryRow, InstanceStatus
from tests.cluster import journey
from tests.cluster.nodes import PATIENCE_SECONDS, Node
from tests.cluster.people import Person
from tests.mail.conftest import Server


def invited(application: Application, addresses: Callable[[], Sequence[str]], number: int, seed: int) -> Person:
    """Return somebody who has a link of their own."""
    parameters = {"address": journey.address(number)}
    issued = application.token_office.issue(name=None, definition_key=journey.PROCESS, parameters=parameters)
    return Person(number, issued.link, addresses, Random(f"{seed} {number}"))  # noqa: S311 - repeatable


def arrived(application: Application, people: Sequence[Person], mails: Server, nodes: Sequence[Node]) -> None:
    """Wait until nothing is left to do; then nothing is lost, and nothing happened twice."""
    begun = {each: person for person in people for each in person.begun}
    assert len(begun) == len(people)
    until(lambda: set(statuses(application)) == {InstanceStatus.COMPLETED.value}, nodes)
    until(lambda: has_no_work(application), nodes)

    # Every journey ended exactly once, with what its person was told had been taken; and there are no others.
    events = audited(application)
    assert statuses(application) == [InstanceStatus.COMPLETED.value] * len(people)
    for action in ("instance_started", "instance_ended", "mail_sent"):
        assert Counter(each.instance_id for each in events if each.event == action) == dict.fromkeys(begun, 1), action
    redeemed = Counter(each.token_id for each in events if each.event == "token_redeemed")
    assert (len(redeemed), set(redeemed.values())) == (len(people), {1})
    assert {answer(application, each) for each in begun} == {person.answer for person in people if person.sent}
    assert all(answer(application, each) == person.answer for each, person in begun.items())
    # Each timer fired once.
    assert fired(application) == dict.fromkeys(begun, 1)
    # Each mail was sent, perhaps more than once, with the same id.
    sent = {journey.address(person.number): set[str]() for person in people}
    for _, recipient, content in mails.mails:
        sent[recipient].add(message_from_bytes(content)["Message-ID"])
    assert {address: len(ids) for address, ids in sent.items()} == dict.fromkeys(sent, 1)
    assert len(set[str]().union(*sent.values())) == len(people)
    # The trail has no gap, and is what was signed.
    assert [each.id for each in events] == list(range(1, len(events) + 1))
    verified = application.audit_office.verify()
    assert (verified.breaks, verified.count) == ((), len(events))
    assert application.background.failed_jobs() == []


def until(true: Callable[[], bool], nodes: Sequence[Node]) -> None:
    """Wait for something, for as long as it may take."""
    end = monotonic() + PATIENCE_SECONDS * 2
    while not true():
        if monotonic() > end:
            raise AssertionError("\n".join(f"--- {node.name}\n{node.log()[-3000:]}" for node in nodes))
        sleep(0.1)


def statuses(application: Application) -> list[str]:
    with application.database.read() as session:
        return list(session.scalars(text("SELECT status FROM instances")))


def has_no_work(application: Application) -> bool:
    with application.database.read() as session:
        left = [each for each in application.jobs.find(session) if each.task != "mail-forget"]
        unsent = session.scalar(text("SELECT count(*) FROM mails WHERE sent_at IS NULL"))
    return not left and not unsent


def audited(application: Application) -> list[AuditEvent]:
    with application.database.read() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def fired(application: Application) -> Counter[str]:
    left = select(HistoryRow.instance_id).where(HistoryRow.element_id == journey.TIMER, HistoryRow.event == "completed")
    with application.database.read() as session:
        return Counter(session.scalars(left))


def answer(application: Application, instance_id: str) -> object:
    return application.views.show(instance_id).variables["_customFormData"]["ask"]["answer"]
