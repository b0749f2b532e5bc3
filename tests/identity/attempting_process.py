"""Tries codes against a database, from a process of its own: prints how each was answered, one a line.

Arguments: its URL, the key-encryption key in hexadecimal, the time, the user's store and ID, the policy, the codes.
It waits for a line of input before it begins, so that several begin at once.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.errors import BpmnError
from engine.identity import Identity, Vault
from engine.store import Database, Way


class Standing:
    """A clock that does not go on."""

    def __init__(self, time: str) -> None:
        self.time = datetime.fromisoformat(time)

    def now(self) -> datetime:
        return self.time


def attempts(arguments: Sequence[str]) -> Iterator[str]:
    url, kek, time, store, user_id, policy, *codes = arguments
    database, clock = Database(url), Standing(time)
    with database.write() as session:
        identity = Identity(Vault.open(session, bytes.fromhex(kek), clock), clock)
    with database.read() as session:
        user = identity.user_by_id(session, identity.store(session, store), user_id)
        rules = identity.policy(session, policy)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    for code in codes:
        with database.write(Way.BESIDE) as session:
            try:
                identity.authenticate_totp(session, user, rules, code, "one")
            except BpmnError as error:
                yield error.error_code
            else:
                yield "right"


if __name__ == "__main__":
    sys.stdout.writelines(f"{answer}\n" for answer in attempts(sys.argv[1:]))
