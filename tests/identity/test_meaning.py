from dataclasses import asdict, fields, replace
from datetime import timedelta

import pytest

from engine.identity import Algorithm, PolicySettings, guess_probability
from engine.identity.apps import APPS, Does, outcomes
from engine.identity.meaning import changes, meaning
from engine.identity.policy_settings import SETTINGS
from engine.store.models import TotpCredential

USUAL = PolicySettings(issuer="Example Bank")


def test_every_setting_is_declared_with_a_label_and_what_it_may_be() -> None:
    assert list(SETTINGS) == [each.name for each in fields(PolicySettings)]
    for name, setting in SETTINGS.items():
        assert setting.label
        assert setting.help.endswith(".")
        assert (name == "issuer") is (setting.allowed is None and not setting.choices)
        assert bool(setting.allowed) is bool(setting.refused) is bool(setting.unit)


def test_a_code_is_taken_as_long_as_the_window_is() -> None:
    meant = meaning(USUAL)
    assert (meant.codes, meant.seconds, meant.codes_at_most, meant.seconds_at_most) == (2, 60, 4, 120)
    wider = meaning(replace(USUAL, period=60, look_behind=2, look_ahead=1, drift_limit=0))
    assert (wider.codes, wider.seconds, wider.seconds_at_most) == (4, 240, 240)


def test_guessing_is_likelier_when_the_user_signs_in_meanwhile() -> None:
    meant = meaning(USUAL)
    assert meant.guessed == guess_probability(USUAL)
    assert meant.guessed_daily == pytest.approx(0.14, abs=0.01)
    assert meant.locked_after == timedelta(seconds=1023 + 87 * 900)
    assert meaning(replace(USUAL, failure_cap=3, back_off_after=3)).locked_after == timedelta(0)


def test_every_app_can_do_the_usual_settings() -> None:
    assert {each.does for each in outcomes(USUAL)} == {Does.WORKS}


def test_an_app_that_ignores_a_setting_is_named_with_it() -> None:
    settings = replace(USUAL, algorithm=Algorithm.SHA256, digits=8, period=60)
    told = {each.app: each for each in outcomes(settings)}
    assert list(told) == [each.name for each in APPS]
    microsoft = told["Microsoft Authenticator"]
    assert (microsoft.does, microsoft.because) == (
        Does.IGNORES,
        ("SHA-256", "8 digits", "a period of 60 seconds"),
    )
    assert told["Authy"].because == ("SHA-256",)
    assert told["Aegis"].does is Does.UNKNOWN


def test_what_a_registration_copies_is_what_the_form_says() -> None:
    kept = set(TotpCredential.__table__.columns.keys())
    assert {name for name in SETTINGS if name in kept} == {name for name, each in SETTINGS.items() if each.copied}


def test_changes_are_told_in_the_order_of_the_form() -> None:
    new = asdict(replace(USUAL, failure_cap=10, digits=8))
    assert [(each.name, each.old, each.new, each.copied) for each in changes(USUAL, new)] == [
        ("digits", 6, 8, True),
        ("failure_cap", 100, 10, False),
    ]
    assert changes(USUAL, asdict(USUAL)) == ()
