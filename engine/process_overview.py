"""Processes at a glance: what lists say of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.drafts import DraftEntry
from engine.model import split_tags
from engine.process_versions import ProcessVersion


class ProcessState(StrEnum):
    """What became of a process."""

    DRAFT = "draft"
    """There is a draft only."""
    DEPLOYED = "deployed"
    """A version is in use, and nothing was changed since."""
    CHANGED = "changed"
    """A version is in use; the draft is another."""


@dataclass(frozen=True, slots=True)
class ProcessEntry:
    """One process."""

    key: str
    name: str
    state: ProcessState
    tags: tuple[str, ...]
    """Of the draft, or of the newest version where there is none."""
    versions: tuple[ProcessVersion, ...]
    """The deployed ones, the newest first."""
    running: Mapping[int, int]
    """How many instances run on each version that has some."""
    changed_at: datetime
    changed_by: str | None
    """The name of an account; None is the command line."""

    @property
    def deployed(self) -> int | None:
        """The number of the newest version."""
        return self.versions[0].version if self.versions else None

    @property
    def instances(self) -> int:
        """How many instances run, on whichever version."""
        return sum(self.running.values())


def entries(
    versions: Iterable[ProcessVersion], drafts: Iterable[DraftEntry], running: Mapping[tuple[str, int], int]
) -> list[ProcessEntry]:
    """Return every process by key; `versions` are ordered, the newest of each first."""
    deployed = defaultdict[str, list[ProcessVersion]](list)
    for version in versions:
        deployed[version.key].append(version)
    counts = defaultdict[str, dict[int, int]](dict)
    for (key, number), count in running.items():
        counts[key][number] = count
    found = {draft.name: draft for draft in drafts}
    keys = sorted({*deployed, *found})
    return [_entry(key, tuple(deployed.get(key, ())), found.get(key), counts.get(key, {})) for key in keys]


def _entry(
    key: str, versions: tuple[ProcessVersion, ...], draft: DraftEntry | None, running: Mapping[int, int]
) -> ProcessEntry:
    newest = versions[0] if versions else None
    changes = [(each.saved_at, each.saved_by) for each in (draft,) if each]
    changes += [(each.deployed_at, each.deployed_by) for each in (newest,) if each]
    changed_at, changed_by = max(changes, key=lambda each: each[0])
    # A draft that cannot be read says no name: then it is known by what it was.
    names = [draft.title if draft else "", newest.name if newest else "", key]
    tags = split_tags(draft.tags) if draft else newest.tags if newest else ()
    return ProcessEntry(
        key=key,
        name=next(filter(None, names)),
        state=_state(newest, draft),
        tags=tags,
        versions=versions,
        running=running,
        changed_at=changed_at,
        changed_by=changed_by,
    )


def _state(newest: ProcessVersion | None, draft: DraftEntry | None) -> ProcessState:
    if newest is None:
        return ProcessState.DRAFT
    same = draft is None or draft.sha256 == newest.sha256
    return ProcessState.DEPLOYED if same else ProcessState.CHANGED
