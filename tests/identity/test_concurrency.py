import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from engine.errors import BpmnError
from engine.identity import RecoveryCodeInvalid, StartedRegistration, TotpAlreadyRegistered
from tests import stored
from tests.identity.conftest import KEK, Desk, Scene

PROCESS = Path(__file__).with_name("attempting_process.py")
FAILED, LOCKED = "TotpAuthenticationFailed", "UserLocked"


def in_threads(scene: Scene, codes: Sequence[str]) -> Counter[str]:
    """Try every code at once, each in a thread; return how often each answer came."""
    together = Barrier(len(codes))

    def attempt(code: str) -> str:
        together.wait()
        try:
            scene.attempt(code)
        except BpmnError as error:
            return error.error_code
        return "right"

    with ThreadPoolExecutor(len(codes)) as threads:
        return Counter(threads.map(attempt, codes))


def in_processes(scene: Scene, codes: Sequence[Sequence[str]]) -> Counter[str]:
    """Try every row of codes at once, each in a process."""
    people, where = scene.people, stored.url(scene.database)
    arguments = [where, KEK.hex(), scene.clock.now().isoformat(), people.store.name, people.user.id, people.policy.name]
    command = [sys.executable, "-W", "error", str(PROCESS), *arguments, *map(",".join, codes)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    return Counter(done.stdout.split())


def test_of_ten_threads_with_one_code_one_is_right(scene: Scene) -> None:
    answers = in_threads(scene, [scene.phone.code()] * 10)
    assert (answers["right"], answers.total()) == (1, 10)
    assert scene.trail().count("totp_authentication_succeeded") == 1


def test_of_ten_processes_with_one_code_one_is_right(scene: Scene) -> None:
    answers = in_processes(scene, [[scene.phone.code()]] * 10)
    assert (answers["right"], answers.total()) == (1, 10)


def test_of_fifty_wrong_codes_at_once_three_are_looked_at(scene: Scene) -> None:
    assert in_threads(scene, [scene.phone.wrong()] * 50) == {FAILED: 3, LOCKED: 47}


def test_of_fifty_wrong_codes_of_processes_three_are_looked_at(scene: Scene) -> None:
    assert in_processes(scene, [[scene.phone.wrong()] * 10] * 5) == {FAILED: 3, LOCKED: 47}


def test_a_right_code_among_wrong_ones_is_right_once_at_most(scene: Scene) -> None:
    codes = [scene.phone.wrong()] * 10 + [scene.phone.code()] * 10
    answers = in_threads(scene, codes)
    assert answers["right"] <= 1
    # A success starts the count again, so three failures may come before and after it.
    assert answers[FAILED] <= 3 * (1 + answers["right"])


def test_of_two_completions_with_one_code_one_is_taken(desk: Desk) -> None:
    started = desk.start()
    code = desk.device(started.secret).code()
    together = Barrier(8)

    def complete(_: int) -> str:
        together.wait()
        try:
            desk.complete(started, code)
        except BpmnError as error:
            return error.error_code
        return "right"

    with ThreadPoolExecutor(8) as threads:
        answers = Counter(threads.map(complete, range(8)))
    assert answers == {"right": 1, "TotpRegistrationExpired": 7}


def test_of_starts_at_once_the_last_one_is_left(desk: Desk) -> None:
    together = Barrier(6)

    def start(number: int) -> tuple[str, StartedRegistration]:
        together.wait()
        return str(number), desk.start(str(number))

    with ThreadPoolExecutor(6) as threads:
        started = list(threads.map(start, range(6)))
    assert desk.trail().count("totp_registration_abandoned") == 5
    done = 0
    for instance, each in started:
        try:
            desk.complete(each, desk.device(each.secret).code(), instance)
        except Exception:  # noqa: BLE001, S112 - the others are over: their secrets are gone
            continue
        done += 1
    assert done == 1
    with pytest.raises(TotpAlreadyRegistered):
        desk.start()


def test_of_two_uses_of_a_recovery_code_one_is_right(desk: Desk) -> None:
    user = desk.people.user
    references = desk.step(lambda session: desk.identity.generate_recovery_codes(session, user, "one"))
    code = desk.reveal(references[0])
    together = Barrier(3)

    def use(_: int) -> bool:
        together.wait()
        try:
            desk.step(lambda session: desk.identity.verify_recovery_code(session, user, code, "two"))
        except RecoveryCodeInvalid:
            return False
        return True

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(use, range(3))) == [False, False, True]
