"""Drafts of processes, and what somebody goes on with who opens one."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy.orm import Session

from engine import process_versions
from engine.definitions import MAXIMUM_NAME, DefinitionNotFound
from engine.dialect import is_id, summarise
from engine.drafts import About, Draft, DraftKind, Drafts
from engine.model import joined_tags
from engine.process_versions import ProcessVersion


@dataclass(frozen=True, slots=True)
class OpenProcess:
    """A process that somebody works on."""

    draft: Draft
    """With the content to go on with: where there is no draft, that of the newest version."""
    newest: ProcessVersion | None
    """The newest deployed version."""

    @property
    def content(self) -> bytes:
        """The text to go on with."""
        return self.draft.content or b""

    @property
    def is_deployed(self) -> bool:
        """Whether the newest deployed version has the same text."""
        return self.newest is not None and self.newest.sha256 == sha256(self.content).hexdigest()

    @property
    def name(self) -> str:
        """What the text calls itself, otherwise what the newest version does, otherwise the key."""
        title = about(self.draft.name, self.content).title
        return title or (self.newest.name if self.newest else "") or self.draft.name


def about(key: str, content: bytes) -> About:
    """Return what the file of a process says of it; nothing when it cannot be read."""
    processes = summarise(content).processes
    found = next((each for each in processes if each.id == key), next(iter(processes), None))
    if found is None:
        return About()
    return About(found.name[:MAXIMUM_NAME], joined_tags(found.tags))


DRAFTS = Drafts(DraftKind.PROCESS, about)


def opened(session: Session, key: str) -> OpenProcess:
    """Return a process; raises `DefinitionNotFound`."""
    missing = DefinitionNotFound(f"There is no process definition {key[:100]!r}.")
    if not is_id(key):
        # Not even asked for: not every database takes every text.
        raise missing
    draft, newest = DRAFTS.find(session, key), process_versions.newest(session, key)
    if draft.content is None:
        if newest is None:
            raise missing
        # What was discarded is no longer said to be saved.
        draft = Draft(key, process_versions.content(session, key, newest.version), draft.revision)
    return OpenProcess(draft, newest)
