"""Extensions of tools: which run, which are left alone, which are refused."""

import pytest

from engine.dialect import read
from tests.dialect.diagrams import ACTIVITIES, activity, codes, document, flow, task_between
from tests.dialect.tools import user_task, zeebe_input


def test_a_file_of_two_tools_is_refused() -> None:
    both = activity(
        """<zeebe:taskDefinition type="get-user"/>
        <zeebe:ioMapping><zeebe:input source="s" target="storeName"/></zeebe:ioMapping>""",
        'camunda:type="external" camunda:topic="get-totp"',
    )
    assert codes(task_between(both)) == ["two-dialects"]


def test_extensions_of_other_tools_are_left_alone() -> None:
    task = activity(
        """<other:thing id="start_1"><other:sequenceFlow id="x" sourceRef="start_1"/></other:thing>
        <zeebe:ioMapping><zeebe:input source="s" target="storeName"/></zeebe:ioMapping>""",
        'name="Get User" other:colour="red" zeebe:modelerTemplate="t" zeebe:modelerTemplateVersion="1"',
    )
    assert codes(task_between(task)) == []


@pytest.mark.parametrize(
    "extension",
    [
        '<zeebe:executionListeners><zeebe:executionListener type="x"/></zeebe:executionListeners>',
        "<zeebe:taskHeaders/>",
        "<zeebe:unheardOf/>",
        '<zeebe:taskDefinition type="get-user" retries="3"/>',
        "<camunda:executionListener/>",
        "<camunda:connector/>",
        "<spiffworkflow:preScript>import os</spiffworkflow:preScript>",
        "<spiffworkflow:unitTests/>",
    ],
)
def test_extensions_that_would_be_ignored_are_refused(extension: str) -> None:
    assert "extension-not-run" in codes(task_between(activity(extension, 'name="Get User"')))


@pytest.mark.parametrize("attribute", ["class", "expression", "delegateExpression", "assignee", "unheardOf"])
def test_attributes_that_would_be_ignored_are_refused(attribute: str) -> None:
    task = f'<serviceTask id="task" name="Get User" camunda:{attribute}="x"/>'
    assert "extension-not-run" in codes(task_between(task))


@pytest.mark.parametrize(
    "definition",
    [
        """<conditionalEventDefinition><extensionElements><zeebe:conditionalFilter variableNames="a"/>
        </extensionElements><condition>=a</condition></conditionalEventDefinition>""",
        '<conditionalEventDefinition camunda:variableName="a"><condition>${a}</condition></conditionalEventDefinition>',
        '<errorEventDefinition camunda:errorCodeVariable="a"/>',
    ],
)
def test_extensions_of_an_event_definition_are_checked_too(definition: str) -> None:
    boundary = f'<boundaryEvent id="b" attachedToRef="task">{definition}</boundaryEvent>' + flow("b", "end_1")
    assert codes(task_between(zeebe_input('source="s"')) + boundary) == ["extension-not-run"]


def test_extensions_of_the_process_are_checked_too() -> None:
    form = '<extensionElements><zeebe:userTaskForm id="f">{}</zeebe:userTaskForm></extensionElements>'
    assert "extension-not-run" in codes(form + task_between(zeebe_input('source="s"')))


def test_extensions_in_the_wrong_place_are_refused() -> None:
    on_end = (
        '<endEvent id="task"><extensionElements><zeebe:taskDefinition type="get-user"/></extensionElements></endEvent>'
    )
    assert "misplaced-extension" in codes('<startEvent id="start_1"/>' + on_end + flow("start_1", "task"))
    inputs = """<zeebe:formDefinition formId="F"/>
    <zeebe:ioMapping><zeebe:input source="a" target="b"/></zeebe:ioMapping>"""
    assert codes(user_task(inputs)) == ["misplaced-extension"]
    process = '<extensionElements><zeebe:taskDefinition type="get-user"/></extensionElements>'
    assert "misplaced-extension" in codes(process + task_between(zeebe_input('source="s"')))


def test_bytes_with_comments_and_instructions_are_read() -> None:
    content = document(
        task_between(zeebe_input('source="s"')).replace("<zeebe:ioMapping>", "<!-- a --><?b?><zeebe:ioMapping>")
    )
    assert read(content, "test.bpmn", ACTIVITIES).problems == ()
