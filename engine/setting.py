"""One setting of the environment: a number, yes or no, a list, the content of a file."""

from pathlib import Path

from engine.errors import Refused

_YES, _NO = frozenset({"1", "true", "yes", "on"}), frozenset({"", "0", "false", "no", "off"})


class SettingInvalid(Refused):
    """A setting has a value that cannot be used."""

    code = "setting-invalid"


def number(name: str, text: str, minimum: int, maximum: int) -> int | None:
    """Return the number in `text`, or None where there is none; raises `SettingInvalid`."""
    if text and not (text.isascii() and text.isdigit() and minimum <= int(text) <= maximum):
        raise SettingInvalid(f"{name} is {text!r}; it must be a number from {minimum} to {maximum}.")
    return int(text) if text else None


def content(name: str, file: str) -> str:
    """Return the text in a file without the line break at its end, empty without a file; raises `SettingInvalid`."""
    try:
        return Path(file).read_text(encoding="utf-8").strip() if file else ""
    except (OSError, ValueError) as error:
        raise SettingInvalid(f"{name} is {file!r}, which cannot be read: {type(error).__name__}.") from None


def yes(name: str, text: str) -> bool:
    """Tell whether a setting is switched on; raises `SettingInvalid`."""
    if text.casefold() not in _YES | _NO:
        raise SettingInvalid(f"{name} is {text!r}; it must be true or false.")
    return text.casefold() in _YES


def listed(text: str | None) -> list[str]:
    """Return what stands between the commas."""
    return [each.strip() for each in (text or "").split(",") if each.strip()]
