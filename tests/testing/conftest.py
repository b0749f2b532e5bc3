import json
from pathlib import Path

import pytest

from tests.instances.drawing import drawn

FORM = {
    "type": "default",
    "id": "Form",
    "schemaVersion": 19,
    "title": "About you",
    "components": [
        {"type": "textfield", "id": "nameField", "key": "name", "label": "Your name", "validate": {"required": True}},
        {
            "type": "select",
            "id": "colourField",
            "key": "colour",
            "label": "Colour",
            "values": [{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}],
        },
        {"type": "checkbox", "id": "moreField", "key": "more", "label": "Tell more"},
        {
            "type": "textfield",
            "id": "whyField",
            "key": "why",
            "label": "Why",
            "conditional": {"hide": "=more = false"},
            "validate": {"required": True},
        },
        {"type": "datetime", "id": "dayField", "key": "day", "dateLabel": "Day", "subtype": "date"},
        {
            "type": "dynamiclist",
            "id": "list",
            "path": "pets",
            "label": "Pets",
            "defaultRepetitions": 1,
            "allowAddRemove": True,
            "components": [{"type": "textfield", "id": "petField", "key": "name", "label": "Pet"}],
        },
        {"type": "filepicker", "id": "paperField", "key": "paper", "label": "Paper"},
        {"type": "qrcode", "id": "code", "content": "to {{secretPlace}}"},
        {"type": "button", "id": "send", "label": "Go on", "action": "submit"},
    ],
}

PROCESS = (
    '<bpmn:startEvent id="s" name="Begin"/>',
    "user ask",
    "s_ask: s -> ask",
    "on late ask timer PT15M",
    "late -> expired",
    "end expired",
    "work job",
    "ask -> job",
    "catch bad job Bad",
    "bad -> ask",
    "race g",
    "job -> g",
    "wait paid message Paid",
    "wait gone signal Gone",
    "g -> paid",
    "g -> gone",
    "paid -> done",
    "gone -> done",
    '<bpmn:endEvent id="done" name="All done"/>',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journey with everything that a test can do something with."""
    made = tmp_path / "p"
    made.mkdir()
    (made / "p.bpmn").write_bytes(drawn({"p": PROCESS}))
    (made / "p.form").write_text(json.dumps(FORM))
    return made
