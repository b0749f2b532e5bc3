"""Call activities: another process inside an instance, with variables and forms of its own."""

from typing import Any

import pytest

import bpmn
from engine.deployment import File
from engine.errors import InvalidDeployment
from engine.variables import MASK, SecretReference
from tests.instances.drawing import FORM_FILE, drawn
from tests.spiff.notation import each, element, outputs

CHILD = ("start a", "user v", "end z", "a -> v", "v -> z")
PARENT = ("start s", "call c child", "user u", "end e", "s -> c", "c -> u", "u -> e")


def calls(attributes: str = "", process: str = "child") -> str:
    return element("call c " + process).replace("<zeebe:calledElement", f"<zeebe:calledElement {attributes}")


def test_a_form_in_a_called_process_is_shown_and_its_answers_stay_there(installation: Any) -> None:
    installation.draw(
        "start s", calls('propagateAllChildVariables="false"'), "user u", "end e", "s -> c", "c -> u", "u -> e",
        child=CHILD,
    )  # fmt: skip
    instance_id = installation.start(topic="pens")
    step = installation.step(instance_id)
    assert (step.task.element_id, step.variables["topic"]) == ("v", "pens")
    installation.submit(instance_id, answer="blue")
    detail = installation.show(instance_id)
    assert (installation.at(instance_id), detail.variables) == ("u", {"topic": "pens"})


def test_the_answers_come_back_when_the_call_says_so(installation: Any) -> None:
    mapped = outputs("call c child", colour="_customFormData.v.answer")
    installation.draw("start s", mapped, "user u", "end e", "s -> c", "c -> u", "u -> e", child=CHILD)
    instance_id = installation.start()
    installation.submit(instance_id, answer="blue")
    assert installation.show(instance_id).variables == {"colour": "blue"}


def test_an_operator_sees_the_variables_of_a_called_process(installation: Any) -> None:
    installation.draw(*PARENT, child=("start a", "script x mine = 1", *CHILD[1:3], "a -> x", "x -> v", "v -> z"))
    instance_id = installation.start(topic="pens")
    detail = installation.show(instance_id)
    assert detail.variables == {"topic": "pens"}
    assert list(detail.called.values()) == [{"topic": "pens", "mine": 1}]
    assert detail.called.keys() == {installation.token(instance_id, "c")}
    assert [(each.element_id, each.called, each.waits_for) for each in detail.places] == [
        ("c", None, ""),
        ("v", "child", "form"),
    ]


def test_the_end_of_the_called_process_is_not_the_end_of_the_journey(installation: Any) -> None:
    installation.draw(*PARENT, child=CHILD)
    instance_id = installation.start()
    installation.submit(instance_id)
    assert installation.step(instance_id).end is None
    installation.submit(instance_id)
    assert installation.step(instance_id).end.element_id == "e"


def test_the_newest_version_is_called_unless_the_call_says_otherwise(installation: Any) -> None:
    bindings = {
        "latest": "",
        "together": 'bindingType="deployment"',
        "tagged": 'bindingType="versionTag" versionTag="spring"',
    }

    def deploy(form: str, *, parent: bool = False, tag: str = "") -> None:
        child: tuple[str, ...] = ("start a", f"user {form}", "end z", f"a -> {form}", f"{form} -> z")
        if tag:
            child = (*child, f'<bpmn:extensionElements><zeebe:versionTag value="{tag}"/></bpmn:extensionElements>')
        parts = {"child": child}
        if parent:
            for name, attributes in bindings.items():
                call = calls(attributes).replace('"c"', f'"{name}_c"')
                parts[name] = (
                    f"start {name}_s",
                    call,
                    f"end {name}_e",
                    f"{name}_s -> {name}_c",
                    f"{name}_c -> {name}_e",
                )
        files = [File("p.bpmn", drawn(parts)), FORM_FILE]
        installation.call(lambda app: app.deploy(files))

    deploy("first", tag="spring")
    deploy("second", parent=True)
    deploy("third")
    for name, form in {"latest": "third", "together": "second", "tagged": "first"}.items():
        assert installation.at(installation.start(name)) == form


def test_a_running_call_stays_with_the_version_that_it_began_with(installation: Any) -> None:
    installation.draw(*PARENT, child=CHILD)
    instance_id = installation.start()
    installation.draw("start a", "user w", "end z", "a -> w", "w -> z", name="child")
    assert installation.at(instance_id) == "v"
    installation.submit(instance_id)
    assert installation.at(instance_id) == "u"


def test_a_secret_that_a_called_process_got_is_shown_there_and_survives(installation: Any) -> None:
    installation.draw("start s", "call c get_current_totp", "user u", "end e", "s -> c", "c -> u", "u -> e")
    instance_id = installation.start(externalId="user1")
    step = installation.step(instance_id)
    assert step.task.element_id == "show_current_totp"
    reference = step.variables["_identityStore"]["currentTOTP"]["secret"]
    assert isinstance(reference, SecretReference)
    secret = installation.call(lambda app: app.journeys.reveal(step, reference))
    assert len(secret) == 32
    shown = installation.show(instance_id)
    [called] = shown.called.values()
    assert called["_identityStore"]["currentTOTP"]["secret"] == MASK
    assert secret not in str(shown)


def test_a_timer_and_a_message_inside_a_called_process(installation: Any, clock: Any) -> None:
    waits = ("start a", "wait t timer PT1M", "wait m message M", "end z", "a -> t", "t -> m", "m -> z")
    installation.draw(*PARENT, child=waits)
    instance_id = installation.start(key="k")
    clock.advance(minutes=1)
    installation.work()
    installation.publish("M", "k", variables={"n": 1})
    installation.work()
    assert installation.at(instance_id) == "u"
    assert installation.show(instance_id).variables == {"key": "k", "n": 1}


def test_each_item_is_asked_for_in_turn_with_its_own_variables(installation: Any) -> None:
    asked = each("user u", "names", out="answers = _customFormData.u.answer")
    installation.draw("start s", asked, "end e", "s -> u", "u -> e")
    instance_id = installation.start(names=["Ann", "Bob"])
    items = []
    for number in (1, 2):
        variables = installation.step(instance_id).variables
        items.append((variables["item"], variables["loopCounter"]))
        installation.submit(instance_id, answer=f"answer {number}")
    assert items == [("Ann", 1), ("Bob", 2)]
    assert installation.status(instance_id) == "COMPLETED"
    assert installation.show(instance_id).variables["answers"] == ["answer 1", "answer 2"]


def test_the_form_shows_the_item(installation: Any) -> None:
    installation.draw("start s", each("user u", "names"), "end e", "s -> u", "u -> e")
    step = installation.step(installation.start(names=["Ann"]))
    import forms  # noqa: PLC0415

    assert "About Ann" in str(forms.plain(step.task.form.content, step.variables, reveal=str, readonly=False))


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("call x nobody", "bpmn.unknown-process"),
        ("rule x nothing", "bpmn.unknown-decision"),
        (element("user x").replace('"Form"', '"Other"'), "bpmn.unknown-form"),
        (calls('bindingType="versionTag" versionTag="autumn"').replace('"c"', '"x"'), "bpmn.unknown-process"),
    ],
)
def test_what_is_not_there_cannot_be_referred_to(installation: Any, part: str, code: str) -> None:
    with pytest.raises(InvalidDeployment) as refusal:
        installation.draw("start s", part, "end e", "s -> x", "x -> e", child=CHILD)
    [problem] = refusal.value.problems
    assert (problem.code, problem.element) == (code, "x")
    assert problem.line


def test_processes_of_one_file_are_deployed_together(installation: Any) -> None:
    content = drawn({"one": CHILD, "two": ("start s", "call c one", "end e", "s -> c", "c -> e")})
    files = [File("p.bpmn", content), FORM_FILE]
    deployed = installation.call(lambda app: app.deploy(files))
    assert [(each.kind, each.name, each.version, each.new) for each in deployed] == [
        ("form", "Form", 1, True),
        ("process", "one", 1, True),
        ("process", "two", 1, True),
    ]
    again = installation.call(lambda app: app.deploy(files))
    assert not any(each.new for each in again)
    assert installation.at(installation.start("two")) == "v"


@pytest.mark.parametrize("binding", ["latest", "deployment", "versionTag"])
def test_a_decision_is_made_by_a_business_rule_task(installation: Any, binding: str) -> None:
    tag = {"versionTag": 'bindingType="versionTag" versionTag="spring"', "latest": ""}.get(
        binding, f'bindingType="{binding}"'
    )
    rule = element("rule d secondFactor").replace("<zeebe:calledDecision", f"<zeebe:calledDecision {tag}")
    file = File("second_factor.dmn", (bpmn.FOLDER.parent / "tests" / "dmn" / "second_factor.dmn").read_bytes())
    process = File("p.bpmn", drawn({"p": ("start s", rule, "user u", "end e", "s -> d", "d -> u", "u -> e")}))
    deployed = installation.call(lambda app: app.deploy([process, file, FORM_FILE]))
    assert ("decision", "secondFactor", 1) in [(each.kind, each.name, each.version) for each in deployed]
    instance_id = installation.start(age=70, country="CH", failures=5)
    assert "d" in installation.show(instance_id).variables
