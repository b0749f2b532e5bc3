"""The document of a new form."""

import json
import re
from typing import Any

from engine.errors import Refused

MAXIMUM_TITLE = 200
"""How many characters the title of a new form may have."""

SCHEMA_VERSION = 19
"""Of form-js, whose editors read the document."""

_MARKDOWN = re.compile(r"[\\`*_\[\]<>&#!~]")


class TitleInvalid(Refused):
    """This cannot be the title of a form."""

    code = "title-invalid"


def blank(name: str, title: str) -> bytes:
    """Return the document of a form with nothing but its title, which is shown as it is typed.

    Raises:
        TitleInvalid: when the title is empty, too long, or holds what a title cannot show.

    """
    _check(title)
    heading = {"type": "text", "id": "title", "text": f"# {_MARKDOWN.sub(_escaped, title)}"}
    document = {"type": "default", "id": name, "schemaVersion": SCHEMA_VERSION, "title": title, "components": [heading]}
    return written(document)


def renamed(document: dict[str, Any], name: str) -> bytes:
    """Return a document under another name."""
    first = {"type": document.get("type", "default"), "id": name}
    return written({**first, **{key: value for key, value in document.items() if key not in first}})


def written(document: dict[str, Any]) -> bytes:
    """Return a document as text that people can read."""
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _check(title: str) -> None:
    if not title.strip():
        raise TitleInvalid("Enter a title.")
    if len(title) > MAXIMUM_TITLE:
        raise TitleInvalid(f"Use at most {MAXIMUM_TITLE} characters.")
    if not title.isprintable():
        raise TitleInvalid("Leave out line breaks and other control characters.")
    if "{{" in title:
        raise TitleInvalid("Leave out {{: placeholders can be put in later, in the builder.")


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"
