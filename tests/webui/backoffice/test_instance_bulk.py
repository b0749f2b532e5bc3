"""The list of instances looked through, and something done to many of them at once."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from engine.application import Application
from engine.tokens.batch import Terms
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, People, audited
from webui.backoffice import instance_bulk

pytestmark = pytest.mark.usefixtures("journeys")

INSTANCES, MANY = "/backoffice/instances", "/backoffice/many-instances"


def listed(operator: Operator, **fields: str) -> list[str]:
    """Return the applicants in the list."""
    page = operator.get(f"{INSTANCES}?{urlencode(fields)}")
    assert page.status_code == 200
    return re.findall(r'<th scope="row"><a [^>]*>([^<]*)</a>', page.text)


def test_instances_are_looked_for_by_applicant_id_and_day(
    operator: Operator, people: People, clock: ManualClock
) -> None:
    first = people.begin("Ada")
    clock.advance(timedelta(days=1))
    people.begin("adam")
    clock.advance(timedelta(days=1))
    people.begin("Bob")
    operator.sign_in()
    assert listed(operator) == ["Bob", "adam", "Ada"]
    assert listed(operator, sort="oldest") == ["Ada", "adam", "Bob"]
    assert listed(operator, q="ADA") == ["adam", "Ada"]
    assert listed(operator, q=first[:8]) == ["Ada"]
    assert listed(operator, since="2026-01-16") == ["Bob", "adam"]
    assert listed(operator, since="2026-01-16", until="2026-01-16") == ["adam"]
    assert listed(operator, until="2026-01-15", q="a") == ["Ada"]
    for nonsense in ({"since": "x"}, {"until": "9999-12-31"}, {"since": "0001-01-01"}, {"sort": "x"}):
        assert len(listed(operator, **nonsense)) == 3
    for nothing in ({"q": "\x00"}, {"q": "%"}, {"q": "x" * 5000}, {"q": "<img>"}):
        assert listed(operator, **nothing) == []


def test_instances_are_looked_for_by_what_their_tokens_carry(
    operator: Operator, people: People, application: Application
) -> None:
    people.begin("1", firstName="İpek", lastName="Groß", email="Ipek@Example.org", desk="A%_7")
    people.begin("2", firstName="Zoë", lastName="Ströher", note="é" * 600 + "end")
    sheet = "external ID,first name,Region\n3,Élodie,ﬁeld\n".encode()
    application.token_office.make_batch(sheet, Terms("get_current_totp"), b"s" * 32)
    (made,) = application.token_office.take_links(b"s" * 32)
    application.journeys.begin(made.link, b"3" * 32)
    begins: dict[str, list[str]] = {
        "ipek": ["1"],
        "IPEK@EXAMPLE.ORG": ["1"],
        "GROSS": ["1"],
        "groß": ["1"],
        # However an accent is written, and only where there is one.
        "zoe\u0308": ["2"],
        "E\u0301LODIE": ["3"],
        "elodie": [],
        "fiel": ["3"],
        "A%_": ["1"],
        "%": [],
        "A%7": [],
        "É" * 600: ["2"],
        "roß": [],
    }
    assert {text: listed(operator, q=text) for text in begins} == begins
    named: dict[str, list[str]] = {
        "email=ipek@example.org": ["1"],
        "email=ipek": [],
        "email=ipek*": ["1"],
        "firstName=*": ["1", "2", "3"],
        "Region=FIELD": ["3"],
        "lastName=zoë": [],
        "desk=a%_7": ["1"],
        "desk=____": [],
        f"note={'é' * 600}end": ["2"],
    }
    assert {text: sorted(listed(operator, parameter=text)) for text in named} == named
    assert listed(operator, parameter="firstName=*", q="ströher", status="INCIDENT") == ["2"]


def test_a_parameter_that_cannot_be_read_finds_nothing_and_says_so(operator: Operator, people: People) -> None:
    people.begin()
    for wrong in ("anna", "=anna", "email=", "="):
        assert "Write name=value." in operator.get(f"{INSTANCES}?{urlencode({'parameter': wrong})}").text
        assert listed(operator, parameter=wrong) == []
        assert "nothing to do" in operator.get(f"{MANY}/cancel?{urlencode({'found': 'yes', 'parameter': wrong})}").text
    # What is looked for goes with whatever is done to all that were found.
    asked = operator.get(f"{MANY}/cancel?found=yes&parameter=externalId%3Duser1").text
    assert "Cancel 1 instance?" in asked
    assert '<input type="hidden" name="parameter" value="externalId=user1">' in asked


def test_what_was_selected_is_done_and_what_did_not_work_is_said(
    operator: Operator, people: People, application: Application
) -> None:
    one, other, over = people.begin(), people.begin("nobody"), people.begin()
    asked = operator.get(f"{MANY}/cancel?{urlencode([('id', one), ('id', other), ('id', over)])}").text
    assert "Cancel 3 instances?" in asked
    people.finish(over)
    done = operator.post(f"{MANY}/cancel", id=[one, other, over, "f" * 24], reason="cleared", status="ACTIVE")
    assert "It worked for 2 instances, and not for 2." in done.text
    assert done.text.count("The instance has ended; nothing can be done to it.") == 1
    assert "No process instance has this id." in done.text
    assert f"{INSTANCES}?status=ACTIVE" in done.text
    events = audited(application, "instance_cancelled")
    assert events == [("instance_cancelled", {"reason": "cleared", "by": "admin"})] * 2


def test_all_that_were_found_are_retried_up_to_a_limit(
    operator: Operator, people: People, application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_bulk, "MAXIMUM_BULK", 2)
    stopped = [people.begin("nobody") for _ in range(3)]
    people.begin("nobody", process="device_lost")
    people.begin()
    asked = operator.get(f"{MANY}/retry?found=yes&q=nobody&definition=get_current_totp").text
    assert "Retry 2 instances?" in asked
    assert "At most 2 are treated at once." in asked
    chosen = re.findall(r'name="id" value="([0-9a-f]{24})"', asked)
    assert set(chosen) < set(stopped)
    application.operations.change(chosen[0], {"externalId": "user1"})
    done = operator.post(f"{MANY}/retry", id=chosen)
    # To have tried again is what was asked for, also when it fails again.
    assert "It worked for 2 instances." in done.text
    assert application.views.show(chosen[0]).record.status == "ACTIVE"
    assert operator.post(f"{MANY}/retry", id=stopped).status_code == 400
    assert operator.post(f"{MANY}/retry").status_code == 400


def test_nothing_selected_is_said(operator: Operator, people: People) -> None:
    people.begin()
    assert "No instance was selected" in operator.get(f"{MANY}/cancel").text
    assert "None of the instances that were found" in operator.get(f"{MANY}/retry?found=yes").text
    assert (
        operator.client.post(f"{MANY}/cancel", data={"id": "x"}, environ_base=operator.environment).status_code == 400
    )
