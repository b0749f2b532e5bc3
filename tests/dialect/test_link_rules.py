"""Where links lead."""

import pytest

from tests.dialect.diagrams import END, START, codes, flow, reading
from tests.dialect.events import event

LINKED = (
    START
    + event("intermediateThrowEvent", "link", identifier="to")
    + event("intermediateCatchEvent", "link", identifier="from")
    + END
    + flow("start_1", "to")
    + flow("from", "end_1")
)


@pytest.mark.parametrize(
    ("process", "expected"),
    [
        (LINKED, []),
        (LINKED.replace('name="l"', 'name="k"', 1), ["no-link-target", "unreachable", "unreachable"]),
        (LINKED + event("intermediateCatchEvent", "link", identifier="two"), ["several-link-targets"]),
        (LINKED + flow("start_1", "from"), ["event-entered"]),
        (LINKED + flow("to", "end_1"), ["end-continues"]),
        (
            LINKED.replace(event("intermediateCatchEvent", "link", identifier="from"), "").replace(
                flow("from", "end_1"), flow("start_1", "end_1")
            ),
            ["no-link-target"],
        ),
    ],
)
def test_links(process: str, expected: list[str]) -> None:
    found = [each.code.removeprefix("bpmn.") for each in reading(process).problems]
    assert sorted(found) == expected


def test_a_link_stays_in_its_scope() -> None:
    catch = event("intermediateCatchEvent", "link", identifier="from")
    assert "no-link-target" in codes(LINKED.replace(catch, f'<subProcess id="sub">{catch}</subProcess>'))
