"""A form as plain text, for a terminal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.variables import scope
from forms.document import load
from forms.input import Input
from forms.page import Page
from forms.template import Reveal


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a form."""

    text: str
    """What to read; never empty."""
    key: str | None
    """Where the answer belongs, when one is asked for."""
    default: str = ""
    """What the field holds at first."""


def plain(
    content: bytes, variables: Mapping[str, Any], *, reveal: Reveal | None = None, readonly: bool = False
) -> list[Part]:
    """Return the deployed form `content` element by element; for `reveal` and `readonly` see `forms.render`."""
    page = Page(scope(variables), reveal, readonly=readonly)
    parts = []
    for each in load(content).elements:
        if isinstance(each, Input) and each.asks and not readonly:
            parts.append(Part(each.plain(page), each.key, str(each.view(page)["value"])))
        elif text := each.plain(page):
            parts.append(Part(text, None))
    return parts
