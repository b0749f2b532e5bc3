"""Lanes: who or what does a step, as documentation (BPMN 2.0.2, 10.8)."""

from collections.abc import Iterator

from lxml import etree

from engine.dialect.xml import children, local, name_of, text_of


def lane_names(scope: etree._Element) -> Iterator[tuple[str, str]]:
    """Return each flow node's id with the name of its innermost lane, outer lanes first."""
    ahead = [lane for lane_set in children(scope, "laneSet") for lane in children(lane_set, "lane")]
    for lane in ahead:
        for reference in children(lane, "flowNodeRef"):
            yield local(text_of(reference)), name_of(lane)
        # The list grows while it is read.
        ahead += [inner for lane_set in children(lane, "childLaneSet") for inner in children(lane_set, "lane")]
