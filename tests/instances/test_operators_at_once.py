import threading
from collections.abc import Callable
from typing import Any

from engine.errors import IdflowError
from tests.instances.stopping import stopped


def at_once(*actions: Callable[[], object]) -> list[str]:
    """Do everything at once; return the codes of what was refused."""
    barrier = threading.Barrier(len(actions))
    refused: list[str] = []

    def act(action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            action()
        except IdflowError as error:
            refused.append(error.code)

    threads = [threading.Thread(target=act, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_many_operators_at_once_one_retries(installation: Any) -> None:
    instance_id = stopped(installation)
    installation.call(lambda app: app.operations.change(instance_id, {"broken": False}))
    applications = [installation.open() for _ in range(4)]
    refused = at_once(*[lambda app=app: app.operations.retry(instance_id) for app in applications])
    for app in applications:
        app.close()
    assert refused == ["not-an-incident"] * 3
    assert installation.path(instance_id) == ["s", "w"]


def test_an_operator_and_the_end_user_at_once_do_not_both_win(installation: Any) -> None:
    installation.draw("start s", "user u", "user v", "end e", "s -> u", "u -> v", "v -> e")
    for _ in range(5):
        instance_id = installation.start()
        binding, task_id = installation.bindings[instance_id], installation.task(instance_id).id
        one, two = installation.open(), installation.open()
        refused = at_once(
            lambda: one.journeys.submit(instance_id, binding, task_id, {}),  # noqa: B023 - both end before the next turn
            lambda: two.operations.cancel(instance_id),  # noqa: B023
        )
        one.close()
        two.close()
        assert installation.status(instance_id) == "CANCELLED"
        assert installation.path(instance_id) == (["s"] if refused == ["step-not-current"] else ["s", "u"])
