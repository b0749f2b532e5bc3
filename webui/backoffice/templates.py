"""The element templates of all activities as a file, for Camunda Modeler and other editors of bpmn.io."""

import orjson

from engine.activity import Activities
from engine.element_templates import element_templates

FILE = "idflow-element-templates.json"
"""What the file is called; Camunda Modeler reads every file of its folder `resources/element-templates`."""


def templates_file(activities: Activities) -> bytes:
    """Return the file: a JSON list."""
    return orjson.dumps(element_templates(activities.values()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
