"""Which way an instance went: the elements and sequence flows that it passed, as its history says."""

from typing import Any

from engine.instances import Trail


def trail(installation: Any, instance_id: str) -> Trail:
    detail = installation.show(instance_id)
    found: Trail = installation.call(lambda application: application.views.trail(detail))
    return found


def test_only_the_flow_that_a_gateway_took_was_passed(installation: Any) -> None:
    installation.draw("start s", "xor g no", "user u", "user v", "end e", "s -> g", "g -> u if x > 1", "no: g -> v",
                      "u -> e", "v -> e")  # fmt: skip
    few, many = (trail(installation, installation.start(x=x)) for x in (1, 2))
    assert (few.passed, few.flows) == (("s", "g"), ("s_g", "no"))
    assert (many.passed, many.flows) == (("s", "g"), ("s_g", "g_u"))


def test_every_flow_of_a_fork_was_passed_and_none_that_is_waited_for(installation: Any) -> None:
    installation.draw("start s", "and f", "user u", "manual m", "and j", "end e", "s -> f", "f -> u", "f -> m",
                      "u -> j", "m -> j", "j -> e")  # fmt: skip
    instance_id = installation.start()
    assert set(trail(installation, instance_id).flows) == {"s_f", "f_u", "f_m", "m_j"}
    installation.submit(instance_id)
    assert set(trail(installation, instance_id).flows) == {"s_f", "f_u", "f_m", "m_j", "u_j", "j_e"}


def test_of_a_race_the_flow_to_what_happened_was_passed(installation: Any) -> None:
    installation.draw("start s", "race g", "wait m message M", "wait t timer PT1H", "end e", "s -> g", "g -> m",
                      "g -> t", "m -> e", "t -> e")  # fmt: skip
    instance_id = installation.start(key="k")
    assert trail(installation, instance_id).flows == ("s_g",)
    installation.publish("M", "k")
    installation.work()
    assert trail(installation, instance_id).flows == ("s_g", "g_m", "m_e")


def test_what_a_loop_passes_again_is_there_once(installation: Any) -> None:
    installation.draw("start s", "user u", "xor g back", "end e", "s -> u", "u -> g", "g -> e if x > 1",
                      "back: g -> u")  # fmt: skip
    instance_id = installation.start(x=1)
    for _ in range(2):
        installation.submit(instance_id)
    found = trail(installation, instance_id)
    assert (found.passed, found.flows) == (("s", "u", "g"), ("s_u", "u_g", "back"))


def test_an_incident_passes_nothing_on(installation: Any) -> None:
    installation.draw("start s", "work w", "end e", "s -> w", "w -> e")
    found = trail(installation, installation.start(broken=True))
    assert (found.passed, found.flows) == (("s",), ("s_w",))
    assert found.names == {"s": "s", "w": "w", "e": "e"}


def test_what_a_called_process_did_is_not_in_the_diagram(installation: Any) -> None:
    installation.draw("start s", "call c q", "end e", "s -> c", "c -> e",
                      q=("start qs", "manual qm", "end qe", "qs -> qm", "qm -> qe"))  # fmt: skip
    found = trail(installation, installation.start())
    assert (found.passed, found.flows) == (("s", "c", "e"), ("s_c", "c_e"))


def test_of_a_process_that_can_no_longer_be_read_only_the_file_is_known(installation: Any) -> None:
    installation.draw("start s", "work w", "end e", "s -> w", "w -> e")
    instance_id = installation.start()
    del installation.activities["work"]
    found = trail(installation, instance_id)
    assert b"serviceTask" in found.content
    assert (found.passed, found.flows, dict(found.names)) == ((), (), {})
