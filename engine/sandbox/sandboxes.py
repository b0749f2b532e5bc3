"""The sandboxes of an installation: each belongs to one account, and nobody else learns that it is there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_bytes
from typing import Any, NoReturn, TypeVar

from engine import sandbox_rows
from engine.adjustments import RETENTION
from engine.application import Application
from engine.definitions import Parsed
from engine.deployment import File
from engine.dialect import read
from engine.errors import Conflict, InvalidDeployment, NotFound, Problem, Severity
from engine.identity import PolicySettings, SealBroken, Vault
from engine.instances.given import check_names
from engine.journey_test import Given
from engine.sandbox import recording
from engine.sandbox.contents import Contents, ContentsOutdated, SandboxFull
from engine.sandbox.copying import Copy, policy_settings, stores
from engine.sandbox.sandbox import Sandbox
from engine.store.types import new_id
from engine.throwaway import SAMPLE, StoreSettings, Throwaway
from engine.throwaway.results import read as read_result

MAXIMUM_SANDBOXES = 5
"""How many one account has: when it makes another one, the oldest goes."""

TRIES = 4
"""How often something is begun again because somebody else has stored the sandbox meanwhile."""

EXTERNAL_ID = "externalId"
"""The variable by which the token of a journey usually says whom it is for."""

_BINDING_BYTES = 32

T = TypeVar("T")

__all__ = ["SandboxBusy", "SandboxFull", "SandboxNotFound", "Sandboxes"]


class SandboxNotFound(NotFound):
    """This sandbox is not there. It ends after some hours in which nothing is done, or when newer ones are made."""

    code = "sandbox-not-found"


class SandboxBusy(Conflict):
    """Another request is working in this sandbox right now."""

    code = "sandbox-busy"
    retry_helps = True


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What is copied of the real installation besides what a process refers to."""

    stores: list[StoreSettings]
    policies: dict[str, PolicySettings]


class Sandboxes:
    """Makes sandboxes, and lets their owners do something in them."""

    def __init__(self, application: Application, random: Callable[[int], bytes] = token_bytes) -> None:
        self._real = application
        self._random = random
        self._key = application.derive("sandbox")
        self._vault = Vault(self._key, keys={1: self._key})
        self._parsed = Parsed()

    @property
    def _idle(self) -> timedelta:
        """How long a sandbox is kept that nobody uses."""
        return self._real.adjustments.current(RETENTION).retention().sandboxes

    def create(self, account_id: str, key: str, draft: str, variables: Mapping[str, Any]) -> str:
        """Start the process `key` of a draft in a new sandbox of the account; return the sandbox's id.

        Raises:
            InvalidDeployment: with every problem, when the draft cannot be deployed.
            ReservedVariable, VariableInvalid: when it cannot begin with these variables.
            SandboxFull: when it would be too large.

        """
        sandbox_id, now, idle = new_id(), self._real.clock.now(), self._idle
        content = self._begin(key, draft, variables, {}).seal(self._vault, sandbox_id)
        with self._real.database.write() as session:
            sandbox_rows.remove_oldest(session, account_id, MAXIMUM_SANDBOXES - 1)
            sandbox_rows.add(session, sandbox_id, account_id, content, now, now + idle)
        return sandbox_id

    def restart(
        self, account_id: str, sandbox_id: str, draft: str | None = None, variables: Mapping[str, Any] | None = None
    ) -> None:
        """Begin again in a sandbox, with another draft or other variables if they are given; set results stay.

        Raises:
            SandboxNotFound, SandboxBusy: see `change`.
            InvalidDeployment, ReservedVariable, VariableInvalid, SandboxFull: see `create`.

        """
        revision, old = self._find(account_id, sandbox_id)
        given = old.given if variables is None else variables
        fresh = self._begin(old.key, old.draft if draft is None else draft, given, old.results)
        if self._store(account_id, sandbox_id, revision, fresh) is None:
            raise SandboxBusy

    @contextmanager
    def look(self, account_id: str, sandbox_id: str) -> Iterator[Sandbox]:
        """Open a sandbox to look at it: whatever is done is not kept.

        Raises:
            SandboxNotFound: when the account has none with this id, or it has expired.

        """
        revision, contents = self._find(account_id, sandbox_id)
        with self._open(contents) as throwaway:
            yield Sandbox(sandbox_id, revision, contents, throwaway)

    def change(self, account_id: str, sandbox_id: str, act: Callable[[Sandbox], T]) -> T:
        """Do something in a sandbox and keep what it has become; `act` is called again when somebody else was first.

        Raises:
            SandboxNotFound: see `look`.
            SandboxBusy: when others were first each time; nothing was done.
            SandboxFull: when it has become too large; nothing was done.

        """
        for _ in range(TRIES):
            with self.look(account_id, sandbox_id) as sandbox:
                seen = sandbox.revision
                sandbox.revision += 1
                result = act(sandbox)
                if self._store(account_id, sandbox_id, seen, sandbox.keep()) is not None:
                    return result
        raise SandboxBusy

    def remove(self, account_id: str, sandbox_id: str) -> None:
        """Delete a sandbox; one that is not there is deleted already."""
        with self._real.database.write() as session:
            sandbox_rows.remove(session, sandbox_id, account_id)

    def test(self, account_id: str, sandbox_id: str, name: str) -> str:
        """Return what was done in a sandbox as a journey test of this name; raises `SandboxNotFound`."""
        around = self._surroundings()
        with self.look(account_id, sandbox_id) as sandbox:
            contents = sandbox.contents
            given = Given(
                variables=contents.given,
                at=datetime.fromisoformat(contents.began),
                stores={each.name: each for each in around.stores if each.name in contents.draft},
                policies={each: settings for each, settings in around.policies.items() if each in contents.draft},
                mocks={element: read_result(each) for element, each in contents.results_given.items()},
            )
            return recording.document(name, contents.key, given, contents.steps, sandbox.detail())

    def _begin(self, key: str, draft: str, variables: Mapping[str, Any], results: Mapping[str, Any]) -> Contents:
        check_names(variables)
        now, around = self._real.clock.now(), self._surroundings()
        contents = Contents(
            key=key,
            draft=draft,
            given={EXTERNAL_ID: SAMPLE, **variables},
            clock=now.isoformat(),
            began=now.isoformat(),
            binding=self._random(_BINDING_BYTES).hex(),
            results=dict(results),
            results_given=dict(results),
        )
        with self._open(contents, fresh=True) as throwaway:
            throwaway.furnish(around.stores, around.policies)
            contents.recovery_codes = throwaway.recovery_codes
            self._deploy(throwaway, key, draft)
            sandbox = Sandbox("", 0, contents, throwaway)
            sandbox.start()
            return sandbox.keep()

    def _deploy(self, throwaway: Throwaway, key: str, draft: str) -> None:
        file = File(f"{key}.bpmn", draft.encode())
        reading = read(file.content, file.name, self._real.activities)
        own = frozenset(each.id for each in reading.processes)
        with self._real.database.read() as real, throwaway.application.database.write() as into:
            Copy(real, into, self._real.definitions, own).referred(reading.processes)
        if key not in own:
            self._refuse(key, file, reading.problems)
        try:
            throwaway.application.deploy([file])
        except InvalidDeployment as refused:
            self._refuse(key, file, refused.problems)

    def _refuse(self, key: str, file: File, problems: Sequence[Problem]) -> NoReturn:
        """Say what is wrong with a draft: in the words, and with the fields, that the designer has for it."""
        known = self._real.processes.check(key, file.content)
        raise InvalidDeployment(known if any(each.severity is Severity.ERROR for each in known) else problems)

    def _surroundings(self) -> _Surroundings:
        with self._real.database.read() as session:
            return _Surroundings(stores(session), policy_settings(session))

    def _find(self, account_id: str, sandbox_id: str) -> tuple[int, Contents]:
        with self._real.database.read() as session:
            found = sandbox_rows.find(session, sandbox_id, account_id, self._real.clock.now())
        if found is None:
            raise SandboxNotFound
        try:
            return found.revision, Contents.unseal(self._vault, sandbox_id, found.content)
        except (ContentsOutdated, SealBroken):
            # Stored by another version, or under keys that are no longer those of this installation.
            raise SandboxNotFound from None

    def _store(self, account_id: str, sandbox_id: str, seen: int, contents: Contents) -> int | None:
        content, until = contents.seal(self._vault, sandbox_id), self._real.clock.now() + self._idle
        with self._real.database.write() as session:
            return sandbox_rows.store(session, sandbox_id, account_id, seen, content, until)

    def _open(self, contents: Contents, *, fresh: bool = False) -> Throwaway:
        return Throwaway(
            self._key,
            activities=self._real.activities,
            forms=self._real.instances.forms,
            now=datetime.fromisoformat(contents.clock),
            settings=self._real.settings,
            image=None if fresh else contents.image,
            parsed=self._parsed,
        )
