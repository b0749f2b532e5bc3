"""What is different between two versions of a journey: exactly what was edited, however the file is written."""

import re
from dataclasses import dataclass, field
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

import bpmn
from engine.process_compare import Change, compare
from tests.processes.files import JOURNEY

JOURNEYS = [next(each for each in files if each.suffix == ".bpmn").read_bytes() for files in bpmn.journeys()]
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


@pytest.mark.parametrize("content", JOURNEYS, ids=range(len(JOURNEYS)))
def test_a_file_is_not_different_from_itself(content: bytes) -> None:
    assert compare(content, content).changes == ()
    assert compare(content, content).readable


def rewritten(content: bytes, random: Random) -> bytes:
    """Return the same file as another tool would write it: other prefixes, order, white space, no comments."""
    root = etree.fromstring(content)
    for node in root.iter(etree.Element):
        attributes = list(node.attrib.items())
        random.shuffle(attributes)
        node.attrib.clear()
        node.attrib.update(attributes)
        if node.tag in {f"{MODEL}process", f"{MODEL}definitions", f"{DI}BPMNPlane"}:
            inside = list(node)
            random.shuffle(inside)
            node[:] = inside
    etree.indent(root, space="\t")
    text = etree.tostring(root).decode()
    for old, new in (("bpmn", "semantic"), ("zeebe", "z"), ("dc", "omgdc"), ("bpmndi", "draw"), ("di", "w")):
        text = re.sub(rf"(</?|xmlns:){old}\b(?=[:=])", rf"\g<1>{new}", text)
    return re.sub(r'((?:x|y|width|height)="\d+)"', r'\1.0"', text).encode()


@settings(max_examples=20)
@given(st.sampled_from(JOURNEYS), st.randoms(use_true_random=False))
def test_how_a_file_is_written_plays_no_part(content: bytes, random: Random) -> None:
    other = rewritten(content, random)
    assert b"<semantic:process" in other
    assert compare(content, other).changes == ()


@dataclass
class Edit:
    """What was done to a file, and what is to be said of it."""

    kinds: dict[str, str] = field(default_factory=dict)
    paths: dict[str, set[str]] = field(default_factory=dict)
    moved: set[str] = field(default_factory=set)

    def property(self, identifier: str, path: str) -> None:
        self.paths.setdefault(identifier, set()).add(path)


TASKS = [str(each.get("id")) for each in etree.fromstring(JOURNEY).iter(f"{MODEL}serviceTask", f"{MODEL}userTask")]


@settings(max_examples=40)
@given(st.data())
def test_exactly_what_was_edited_is_named(data: st.DataObject) -> None:
    root = etree.fromstring(JOURNEY)
    edit = Edit()
    by_id = {each.get("id"): each for each in root.iter(etree.Element)}
    chosen = data.draw(st.lists(st.tuples(st.sampled_from(TASKS), st.integers(0, 4)), max_size=6, unique=True))
    for number, (identifier, what) in enumerate(chosen):
        node = by_id[identifier]
        if what == 0:
            node.set("name", f"Another {number}")
            edit.property(identifier, "name")
        elif what == 1 and node.find(f".//{ZEEBE}input") is not None:
            given_input = node.find(f".//{ZEEBE}input")
            assert given_input is not None
            given_input.set("source", f"other {number}")
            edit.property(identifier, f"input.{given_input.get('target')}")
        elif what == 2:
            etree.SubElement(node, f"{MODEL}documentation").text = "More"
            edit.property(identifier, "documentation")
        elif what == 3:
            bounds = root.find(f".//{DI}BPMNShape[@bpmnElement='{identifier}']/{DC}Bounds")
            assert bounds is not None
            bounds.set("x", str(float(bounds.get("x", "0")) + 10.5))
            edit.moved.add(identifier)
        elif what == 4:
            added = etree.SubElement(root[0], f"{MODEL}task")
            added.set("id", f"added_{number}")
            edit.kinds[f"added_{number}"] = "added"
    gone = data.draw(st.sampled_from(["", *TASKS]))
    if gone and gone not in edit.paths and gone not in edit.moved:
        node = by_id[gone]
        parent = node.getparent()
        assert parent is not None
        parent.remove(node)
        edit.kinds[gone] = "removed"
    changes: dict[str, Change] = {each.element: each for each in compare(JOURNEY, etree.tostring(root)).changes}
    assert set(changes) == {*edit.kinds, *edit.paths, *edit.moved}
    for identifier, change in changes.items():
        usual = "changed" if identifier in edit.paths else "moved"
        assert change.kind == edit.kinds.get(identifier, usual)
        assert {each.path for each in change.properties} == edit.paths.get(identifier, set())
        assert change.moved is (identifier in edit.moved)
