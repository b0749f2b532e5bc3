"""Links."""

import pytest

from tests.spiff.player import Play


@pytest.mark.bpmn("Link intermediate throw event", "Goes on at the catch event of its name in the same scope.")
@pytest.mark.bpmn("Link intermediate catch event", "Goes on where one or more link throw events lead to it.")
def test_a_link_leads_to_its_other_end(play: Play) -> None:
    player = play(
        *("start s", "s -> f", "and f", "f -> a", "f -> b", "throw a link L", "throw b link L", "wait c link L"),
        *("c -> u", "user u", "f -> o", "throw o link O", "wait p link O", "p -> v", "user v"),
    )
    assert player.at == ["u", "u", "v"]
    assert player.submit("u").submit("u").submit("v").ended


def test_a_link_can_lead_back(play: Play) -> None:
    player = play(
        *("start s", "s -> m", "wait c link Again", "c -> m", "xor m", "m -> u", "user u", "u -> g", "xor g g_e"),
        *("g -> l if n > 0", "throw l link Again", "g -> e", "end e"),
        n=1,
    )
    assert player.submit("u").at == ["u"]
    assert player.submit("u", n=0).ended
