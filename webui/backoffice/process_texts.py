"""The texts of a process that can be compared: its draft, its saved states, its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from engine.definitions import DefinitionNotFound
from engine.process_compare import Change
from engine.process_library import History, ProcessLibrary
from engine.saved_states import StateNotFound

DRAFT = "draft"
NOTHING = "nothing"
"""What a process was before it was deployed for the first time."""

SAVED = "saved-"
"""How the name of a saved state begins; its revision follows."""


@dataclass(frozen=True, slots=True)
class Text:
    """One of them."""

    which: str
    """`draft`, `3` or `saved-7`."""
    name: str
    """For people, in a sentence: `the draft`, `version 3`."""
    content: bytes

    @property
    def text(self) -> str:
        """The content for scripts."""
        return self.content.decode(errors="replace")


def usual(history: History) -> str:
    """Return what to compare with when nobody says: the newest version."""
    return str(history.versions[0].version) if history.versions else NOTHING


def text_of(library: ProcessLibrary, history: History, which: str) -> Text:
    """Return a text by its name in an address.

    Raises:
        DefinitionNotFound, StateNotFound: when there is none.

    """
    key = history.process.draft.name
    if which == DRAFT:
        return Text(which, "the draft", history.process.content)
    if which == NOTHING:
        return Text(which, "nothing", b"")
    number = _number(which.removeprefix(SAVED))
    if which.startswith(SAVED):
        if number is None:
            raise StateNotFound
        return Text(which, f"saved state {number}", library.state(key, number))
    if number is None:
        raise DefinitionNotFound(f"There is no version {which[:40]!r}.")
    return Text(which, f"version {number}", library.version(key, number)[1])


def change_of(change: Change) -> dict[str, Any]:
    """Return a change for scripts."""
    return {
        "kind": change.kind,
        "element": change.element,
        "type": change.type,
        "name": change.name,
        "moved": change.moved,
        "properties": [{"path": each.path, "old": each.old, "new": each.new} for each in change.properties],
    }


def running_of(history: History) -> Sequence[dict[str, int]]:
    """Return how many instances run on which version, for scripts; the newest version first."""
    return [{"version": version, "count": count} for version, count in sorted(history.running.items(), reverse=True)]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004 - what fits
