"""TOTP policies in the backoffice: what they mean, and what a change does, before it is saved."""

from dataclasses import asdict
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.accounts import Permission
from engine.application import Application
from engine.identity import Algorithm, PolicySettings, Redisplay
from engine.identity.policy_settings import SETTINGS
from tests.webui.backoffice.conftest import Operator, audited
from tests.webui.backoffice.people import HOSTILE, Demo
from tests.webui.backoffice.test_permissions import role
from webui.backoffice.policies import percent
from webui.backoffice.policy_form import GROUPS

pytestmark = pytest.mark.usefixtures("journeys")

POLICIES = "/backoffice/policies"
USUAL = {
    name: "" if value is None else getattr(value, "value", str(value))
    for name, value in asdict(PolicySettings(issuer="Example Bank")).items()
}


@pytest.fixture
def there(application: Application) -> Demo:
    return Demo(application)


def send(operator: Operator, there: Demo, do: str, **fields: Any) -> TestResponse:
    given = {**USUAL, "issuer": "Idflow Demo", "display_limit": "", "version": there.policy.version, **fields}
    operator.get(f"{POLICIES}/{there.policy.id}")
    return operator.post(f"{POLICIES}/{there.policy.id}", do=do, **given)


def test_every_setting_is_in_the_form_once(operator: Operator, there: Demo) -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(SETTINGS)
    page = operator.get(f"{POLICIES}/{there.policy.id}").text
    for name, setting in SETTINGS.items():
        assert page.count(f'name="{name}"') == 1
        assert setting.help.split("'")[0] in page


def test_a_policy_is_made_after_a_look_at_what_it_means(operator: Operator, application: Application) -> None:
    operator.get("/backoffice/new-policy")
    given = {**USUAL, "name": "strong", "algorithm": "SHA512", "digits": "8", "redisplay": "never"}
    preview = operator.post(POLICIES, do="preview", **given)
    assert preview.status_code == 200
    assert "It ignores SHA-512 and 8 digits." in preview.text
    assert 'value="strong"' in preview.text
    assert "strong" not in operator.get(POLICIES).text
    made = operator.post(POLICIES, do="create", **given)
    assert made.status_code == 303
    with application.database.read() as session:
        policy = application.identity.policy(session, "strong")
    assert (policy.algorithm, policy.digits, policy.redisplay) == (Algorithm.SHA512, 8, Redisplay.NEVER)
    assert policy.display_limit == 3
    assert audited(application, "policy_created")[-1][1] == {"policy": "strong", "by": "admin"}
    assert "SHA-512, 8 digits, 30 seconds" in operator.get(POLICIES).text
    assert operator.post(POLICIES, do="create", **given).status_code == 422


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": ""}, "name"),
        ({"issuer": "Bank: London"}, "issuer"),
        ({"issuer": ""}, "issuer"),
        ({"issuer": "x" * 41}, "issuer"),
        ({"algorithm": "MD5"}, "algorithm"),
        ({"digits": "7"}, "digits"),
        ({"period": "14"}, "period"),
        ({"period": "1e3"}, "period"),
        ({"period": "9" * 5000}, "period"),
        ({"period": ""}, "period"),
        ({"look_behind": "-1"}, "look_behind"),
        ({"display_limit": "0"}, "display_limit"),
        ({"redisplay": HOSTILE}, "redisplay"),
        ({"back_off_after": "5", "failure_cap": "4"}, "back_off_after"),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(operator: Operator, fields: dict[str, str], place: str) -> None:
    operator.get("/backoffice/new-policy")
    refused = operator.post(POLICIES, do="create", **{**USUAL, "name": "new", **fields})
    assert refused.status_code == 422
    assert f'id="{place}-error"' in refused.text
    assert "<script>alert" not in refused.text


def test_what_a_policy_means_follows_its_settings(operator: Operator, there: Demo) -> None:
    def meaning(**fields: str) -> str:
        page = operator.get("/backoffice/policy-meaning", query_string={**USUAL, "issuer": "", **fields})
        assert page.status_code == 200
        return page.text

    assert "<strong>60 seconds</strong>" in meaning()
    assert "14 % (1 in 7)" in meaning()
    assert "That is likely" in meaning()
    assert "That is likely" not in meaning(digits="8", failure_cap="10")
    assert "<strong>240 seconds</strong>" in meaning(period="60", look_behind="2", look_ahead="1")
    assert "It ignores a period of 60 seconds." in meaning(period="60")
    assert "There is nothing to say yet: A code lasts 15 to 120 seconds, not 5." in meaning(period="5")
    assert "What a change does" not in meaning()
    told = meaning(policy=there.policy.id, issuer="Other", failure_cap="10")
    assert "keeps what it has" in told
    assert "Counts at once, for 1 registration" in told


def test_a_change_says_what_it_does_before_it_is_saved(
    operator: Operator, there: Demo, application: Application
) -> None:
    before = there.policy
    review = send(operator, there, "review", digits="8", failure_cap="50")
    assert review.status_code == 200
    assert "6 digits → 8 digits" in review.text
    assert "1 registration that is there keeps what it has" in review.text
    assert "Counts at once, for 1 registration that is there too" in review.text
    assert there.policy == before
    assert send(operator, there, "save", digits="8", failure_cap="50").status_code == 422
    assert send(operator, there, "", digits="8", reason="x").status_code == 200
    assert there.policy == before
    saved = send(operator, there, "save", digits="8", failure_cap="50", reason="a new rule")
    assert saved.status_code == 303
    assert (there.policy.digits, there.policy.failure_cap) == (8, 50)
    assert [detail for _, detail in audited(application, "policy_changed")] == [
        {"policy": "demo", "setting": name, "value": value, "by": "admin", "reason": "a new rule"}
        for name, value in (("digits", 8), ("failure_cap", 50))
    ]
    page = operator.get(there.path).text
    assert "SHA-1, 6 digits, 30 seconds" in page


def test_nothing_is_saved_when_nothing_is_different(operator: Operator, there: Demo, application: Application) -> None:
    assert "done=policy-same" in send(operator, there, "save", reason="x").location
    assert audited(application, "policy_changed") == []


def test_of_two_operators_the_second_is_told(operator: Operator, there: Demo) -> None:
    seen = there.policy.version
    assert send(operator, there, "save", digits="8", reason="first").status_code == 303
    late = send(operator, there, "save", digits="8", period="60", reason="second", version=seen)
    assert late.status_code == 409
    assert there.policy.period == 30


def test_who_may_only_look_cannot_change(operator: Operator, there: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    with role(monkeypatch, Permission.POLICIES_VIEW):
        page = operator.get(f"{POLICIES}/{there.policy.id}").text
        assert '<fieldset class="group" disabled>' in page
        assert "Save" not in page
        assert "New Policy" not in operator.get(POLICIES).text
        assert send(operator, there, "save", digits="8", reason="x").status_code == 403
    assert operator.get(f"{POLICIES}/nowhere").status_code == 404
    assert operator.get("/backoffice/policy-meaning?policy=nowhere").status_code == 404


def test_a_chance_is_said_in_two_ways() -> None:
    assert percent(0.0004) == "0.04 % (1 in 2,500)"
    assert percent(4e-7) == "less than 0.0001 % (1 in 2,500,000)"
    assert percent(0) == "less than 0.0001 %"
