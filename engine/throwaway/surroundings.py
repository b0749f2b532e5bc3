"""What a process needs around it: the identity stores and TOTP policies that its elements name literally."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.activity import Activities
from engine.deployment import PROCESS_SUFFIXES, File
from engine.dialect import read
from engine.identity import PolicySettings
from engine.model import Process, Syntax
from engine.throwaway.samples import StoreSettings

_STORE, _POLICY = "storeName", "totpPolicy"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Stores and policies, by name."""

    stores: Mapping[str, StoreSettings] = field(default_factory=dict)
    policies: Mapping[str, PolicySettings] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Iterable[File], activities: Activities) -> "Surroundings":
        """Return what the processes among `files` name, with the usual settings."""
        processes = [process for file in files for process in _processes(file, activities)]
        return cls(
            {name: StoreSettings(name) for name in _named(processes, _STORE)},
            {name: PolicySettings(issuer="Idflow") for name in _named(processes, _POLICY)},
        )


def _processes(file: File, activities: Activities) -> Iterator[Process]:
    if file.name.lower().endswith(PROCESS_SUFFIXES):
        yield from read(file.content, file.name, activities).processes


def _named(processes: Sequence[Process], parameter: str) -> Iterator[str]:
    """Return what the elements say literally for a parameter."""
    for process in processes:
        for element in process.elements.values():
            source = element.inputs.get(parameter)
            if source is not None and source.syntax is Syntax.LITERAL and source.text:
                yield source.text
