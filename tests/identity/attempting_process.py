"""Tries codes against a database, from processes of their own: prints how each was answered, one a line.

Arguments: its URL, the key-encryption key in hexadecimal, the time, the user's store and ID, the policy; then what each
process tries: codes with commas between them. All begin at once, when the last of them is ready; they are forked, since
to import everything takes each far longer than to try a code.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier

from engine.errors import BpmnError
from engine.identity import Identity, Vault
from engine.store import Database, Way


class Standing:
    """A clock that does not go on."""

    def __init__(self, time: str) -> None:
        self.time = datetime.fromisoformat(time)

    def now(self) -> datetime:
        return self.time


def attempts(together: Barrier, where: Sequence[str], codes: Sequence[str]) -> Iterator[str]:
    url, kek, time, store, user_id, policy = where
    database, clock = Database(url), Standing(time)
    with database.write() as session:
        identity = Identity(Vault.open(session, bytes.fromhex(kek), clock), clock)
    with database.read() as session:
        user = identity.user_by_id(session, identity.store(session, store), user_id)
        rules = identity.policy(session, policy)
    together.wait()
    for code in codes:
        with database.write(Way.BESIDE) as session:
            try:
                identity.authenticate_totp(session, user, rules, code, "one")
            except BpmnError as error:
                yield error.error_code
            else:
                yield "right"


def work(together: Barrier, where: Sequence[str], codes: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{answer}\n" for answer in attempts(together, where, codes)))
    sys.stdout.flush()


def main(*arguments: str) -> int:
    where, rows = arguments[:6], arguments[6:]
    forking = get_context("fork")
    together = forking.Barrier(len(rows))
    started = [forking.Process(target=work, args=(together, where, row.split(","))) for row in rows]
    for process in started:
        process.start()
    for process in started:
        process.join()
    return max(abs(process.exitcode or 0) for process in started)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
