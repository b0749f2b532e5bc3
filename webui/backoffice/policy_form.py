"""The form of a TOTP policy, made from what `PolicySettings` declares: what was filled in, and what is wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from engine.identity import Algorithm, IdentityInvalid, PolicySettings, Redisplay
from engine.identity.policy_settings import MAXIMUM_ISSUER, SETTINGS, Setting
from engine.identity.texts import MAXIMUM_NAME, check_line
from engine.typed_text import WHOLE

GROUPS: Mapping[str, tuple[str, ...]] = {
    "What devices are told": ("issuer", "algorithm", "digits", "period"),
    "Which codes are taken": ("look_behind", "look_ahead", "drift_limit"),
    "Wrong codes": ("back_off_after", "back_off_limit", "failure_cap"),
    "Registration": ("registration_lifetime", "registration_tries"),
    "Showing a secret again": ("redisplay", "display_limit"),
}
"""The settings as the form has them; every one is in one group."""

_MAY_BE_EMPTY = "display_limit"


@dataclass(slots=True)
class PolicyForm:
    """What was filled in."""

    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    """By field."""

    @classmethod
    def of(cls, settings: PolicySettings | None) -> "PolicyForm":
        """Return the form before anything was filled in."""
        values = asdict(settings or PolicySettings(issuer="-"))
        if settings is None:
            values["issuer"] = ""
        return cls({name: _written(values[name]) for name in SETTINGS})

    @classmethod
    def sent(cls, form: MultiDict[str, str]) -> "PolicyForm":
        """Return what was sent."""
        return cls({name: form.get(name, "").strip() for name in ("name", "reason", *SETTINGS)})

    def name(self) -> str:
        """Return the name of a new policy; `errors` says what is wrong with it."""
        name = self.given.get("name", "")
        self._check("name", lambda: check_line("The name of a TOTP policy", name, MAXIMUM_NAME))
        return name

    def settings(self) -> PolicySettings | None:
        """Return the settings; None when `errors` says what is wrong with them."""
        values = {name: self._value(name, setting) for name, setting in SETTINGS.items()}
        if any(name in self.errors for name in SETTINGS):
            return None
        try:
            return PolicySettings(**values)
        except IdentityInvalid as refused:
            # Each for itself was looked at: two of them do not go together.
            self.errors["back_off_after"] = refused.message
            return None

    def _value(self, name: str, setting: Setting) -> Any:
        text = self.given.get(name, "")
        if name == "issuer":
            self._check(name, lambda: PolicySettings(issuer=text))
            return text
        if setting.choices:
            return self._chosen(name, text, setting)
        if name == _MAY_BE_EMPTY and not text:
            return None
        if not WHOLE.fullmatch(text):
            self.errors[name] = "Write a whole number."
        elif setting.allowed is not None and int(text) not in setting.allowed:
            self.errors[name] = setting.refused.format(setting.allowed[0], setting.allowed[-1], int(text))
        else:
            return int(text)
        return None

    def _chosen(self, name: str, text: str, setting: Setting) -> Any:
        if text not in setting.choices:
            self.errors[name] = "Choose one of these."
            return None
        kinds: Mapping[str, Any] = {"algorithm": Algorithm, "redisplay": Redisplay, "digits": int}
        return kinds[name](text)

    def _check(self, name: str, check: Any) -> None:
        try:
            check()
        except IdentityInvalid as refused:
            self.errors[name] = refused.message


def shown(name: str, value: Any) -> str:
    """Return the value of a setting as people read it."""
    setting = SETTINGS[name]
    if value is None:
        return "as often as one likes"
    text = setting.choices.get(_written(value), _written(value))
    return f"{text} {setting.unit}" if setting.unit else text


def maximum_of(name: str) -> int | None:
    """Return how many characters a text has at most."""
    return MAXIMUM_ISSUER if name == "issuer" else None


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value.value if isinstance(value, StrEnum) else str(value)
