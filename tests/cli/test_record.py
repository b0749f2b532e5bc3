"""`idflow instance record` and `idflow replay`: from real instances to tests, and to what would change."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import bpmn
from engine.application import Application
from engine.clock import StandingClock
from engine.config import Settings
from engine.deployment import File
from engine.identity import PolicySettings
from engine.mail import Capture
from engine.store.models import TokenType
from engine.throwaway import Trial, samples
from forms import FormJs
from service_tasks import ACTIVITIES
from tests.cli.conftest import Idflow
from tests.instances.drawing import drawn

FORM: dict[str, Any] = {
    "type": "default",
    "id": "Form",
    "schemaVersion": 19,
    "components": [
        {"type": "textfield", "id": "nameField", "key": "name", "label": "Name", "validate": {"required": True}},
        {
            "type": "select",
            "id": "kindField",
            "key": "kind",
            "label": "Kind",
            "values": [{"label": "Red", "value": "r"}, {"label": "Blue", "value": "b"}],
        },
        {"type": "number", "id": "ageField", "key": "age", "label": "Age"},
        {"type": "button", "id": "send", "label": "Go on", "action": "submit"},
    ],
}
PROCESS = (
    *("start s", "s -> ask", "user ask", "ask -> g", "xor g young", "g -> wait if _customFormData.ask.age > 17"),
    *("young: g -> no", "end no", "wait wait message Paid", "wait -> t", "script t price = amount * 2", "t -> done"),
    *("end done", "on late ask timer PT10M", "late -> gone", "end gone"),
)


@dataclass
class Real:
    """A real installation, whose clock is moved."""

    application: Application
    clock: StandingClock
    began: list[Trial] = field(default_factory=list)

    def begin(self, key: str, /, **parameters: Any) -> Trial:
        """Begin by a token, as people do."""
        issued = self.application.token_office.issue(
            name=None, definition_key=key, type=TokenType.COUNT, limit=1, parameters=parameters
        )
        binding = bytes([len(self.began)]) * 32
        instance_id = self.application.journeys.begin(issued.link, binding)
        self.began.append(Trial(self, instance_id, binding))  # type: ignore[arg-type]
        return self.began[-1]

    def code(self, external_id: str) -> str:
        with self.application.database.read() as session:
            codes = samples.codes(session, self.application.identity)
        return next(each.code for each in codes if each.external_id == external_id)

    def pass_by(self, **time: float) -> None:
        self.clock.time += timedelta(**time)
        self.application.work_due()


@pytest.fixture
def real(tmp_path: Path) -> Callable[[], Any]:
    @contextmanager
    def opened() -> Iterator[Real]:
        clock = StandingClock(datetime(2026, 3, 2, 10, 0, 0, 250_000, tzinfo=UTC))
        settings = Settings(data=tmp_path / "var")
        application = Application.open(
            settings, activities=ACTIVITIES, forms=FormJs(), clock=clock, transport=Capture()
        )
        try:
            yield Real(application, clock)
        finally:
            application.close()

    return opened


def shipped(real: Real, name: str) -> None:
    """Deploy a journey that ships, with a store and a user."""
    paths = [each for each in (bpmn.FOLDER / name).iterdir() if each.suffix in {".bpmn", ".form"}]
    real.application.deploy([File.at(each) for each in paths])
    identity = real.application.identity
    with real.application.database.write() as session:
        policy = identity.create_policy(session, "demo", **_options(PolicySettings(issuer="Our House")))
        store = identity.create_store(session, "demo", locale="de")
        attributes = {"email": "anna@corp.test", "firstName": "Annabel"}
        user = identity.create_user(session, store, external_id="anna.q", attributes=attributes)
        identity.register_totp(session, user, policy)


def _required(component: Any) -> Any:
    return component if component["type"] == "button" else {**component, "validate": {"required": True}}


def _options(settings: PolicySettings) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in PolicySettings.__dataclass_fields__}


def drawn_journey(real: Real) -> tuple[Trial, Trial, Trial]:
    """Deploy a journey, and go through it in three ways."""
    real.application.deploy([File("p.bpmn", drawn({"p": PROCESS})), File("f.form", json.dumps(FORM).encode())])
    grown, young, late = (real.begin("p", externalId="zoe", key="order-7") for _ in range(3))
    real.pass_by(seconds=20)
    grown.submit(grown.step.task.id, {"name": ["Zoe Quill"], "kind": ["b"], "age": ["44"]})  # type: ignore[union-attr]
    young.submit(young.step.task.id, {"age": ["9"]})  # type: ignore[union-attr]
    young.submit(young.step.task.id, {"name": ["Tim Quill"], "age": ["9"]})  # type: ignore[union-attr]
    real.pass_by(minutes=15)
    real.application.events.publish("Paid", key="order-7", variables={"amount": 21})
    real.application.work_due()
    assert [each.detail.record.element_id for each in (grown, young, late) if each.detail] == ["done", "no", "gone"]
    return grown, young, late


def test_a_real_instance_becomes_a_test_that_runs_at_once(
    idflow: Idflow, real: Callable[[], Any], tmp_path: Path
) -> None:
    with real() as installation:
        shipped(installation, "totp_authentication")
        trial = installation.begin("totp_authentication", externalId="anna.q")
        installation.pass_by(seconds=17)
        trial.submit(trial.step.task.id, {"code": ["000000"]})
        installation.pass_by(seconds=40)
        trial.submit(trial.step.task.id, {"code": ["12"]})
        installation.pass_by(seconds=5)
        code = installation.code("anna.q")
        trial.submit(trial.step.task.id, {"code": [code]})
        assert trial.detail is not None
        assert trial.detail.record.element_id == "finished"
    path = tmp_path / "recorded" / "real.journeytest.yaml"
    recorded = idflow("instance", "record", trial.instance_id, "--output", path)
    assert recorded.exit_code == 0, recorded.output
    text = path.read_text()
    for secret in ("anna", code, "Annabel", "corp.test"):
        assert secret not in text
    for line in (
        "code: '{{wrongTotp}}'",
        "code: '{{totp}}'",
        "externalId: sample-user",
        "issuer: Our House",
        "locale: de",
    ):
        assert line in text
    assert "# It goes the whole way of the instance." in text
    assert "# Replaced, as it may be personal: externalId." in text
    ran = idflow("test", path)
    assert ran.output.splitlines()[-1] == "1 tests, all as expected"
    assert idflow("instance", "record", trial.instance_id, "--output", path).exit_code == 1
    audit = idflow("audit", "export").output
    assert "INSTANCE_EXPORTED" in audit.upper().replace(".", "_").replace("-", "_")


def test_answers_messages_and_times_are_recorded(idflow: Idflow, real: Callable[[], Any], tmp_path: Path) -> None:
    with real() as installation:
        trials = drawn_journey(installation)
    texts = []
    for number, trial in enumerate(trials):
        path = tmp_path / "recorded" / f"{number}.journeytest.yaml"
        recorded = idflow("instance", "record", trial.instance_id, "--output", path)
        assert recorded.exit_code == 0, recorded.output
        texts.append(path.read_text())
        assert "Quill" not in texts[-1]
        assert "zoe" not in texts[-1]
        assert "# It goes the whole way of the instance." in texts[-1]
    for line in ("kind: b", "age: '44'", "name: Paid", "amount: 21", "# wait: what the message carried is guessed"):
        assert line in texts[0]
    assert "submit: {}" in texts[1]
    assert "- wait: PT" in texts[2]
    assert idflow("test", tmp_path / "recorded").output.splitlines()[-1] == "3 tests, all as expected"
    kept = idflow("instance", "record", trials[0].instance_id, "--keep-values").output
    assert "name: Zoe Quill" in kept
    assert "externalId: zoe" in kept


def test_what_an_operator_did_ends_what_is_recorded(idflow: Idflow, real: Callable[[], Any]) -> None:
    with real() as installation:
        installation.application.deploy(
            [File("p.bpmn", drawn({"p": PROCESS})), File("f.form", json.dumps(FORM).encode())]
        )
        trial = installation.begin("p", externalId="zoe", key="k")
        installation.application.operations.move(trial.instance_id, "t", by="operator", reason="")
    text = idflow("instance", "record", trial.instance_id).output
    assert "# An operator moved the token at ask, which a journey test cannot say" in text
    assert text.rstrip().endswith("- s")


def test_a_new_version_is_compared_before_it_is_deployed(
    idflow: Idflow, real: Callable[[], Any], tmp_path: Path
) -> None:
    with real() as installation:
        drawn_journey(installation)
    data = tmp_path / "var" / "idflow.sqlite3"
    new = tmp_path / "new.bpmn"
    new.write_bytes(drawn({"p": PROCESS}))
    before = data.read_bytes()
    same = idflow("replay", new)
    assert (same.exit_code, same.output.splitlines()[-1]) == (0, "3 instances of p, version 1: 3 the same, 0 differ")
    stricter = [each.replace("> 17", "> 50").replace("amount * 2", "amount * 3") for each in PROCESS]
    new.write_bytes(drawn({"p": tuple(stricter)}))
    other = idflow("replay", new)
    assert other.exit_code == 1
    assert "COMPLETED at done → COMPLETED at no" in other.output
    assert "After s → ask → g came wait; now no." in other.output
    assert other.output.splitlines()[-1] == "3 instances of p, version 1: 2 the same, 1 differ"
    found = json.loads(idflow("replay", new, "--json", "--limit", 2, "--from", 1).output)
    assert (found["version"], len(found["instances"])) == (1, 2)
    form = {**FORM, "components": [_required(each) for each in FORM["components"]]}
    (tmp_path / "f.form").write_text(json.dumps(form))
    new.write_bytes(drawn({"p": PROCESS}))
    refused = idflow("replay", new, tmp_path / "f.form")
    assert 'answers    The answers of "submit name=' in refused.output
    assert data.read_bytes() == before


def test_replaying_needs_something_to_replay(idflow: Idflow, real: Callable[[], Any], tmp_path: Path) -> None:
    with real() as installation:
        installation.application.deploy(
            [File("p.bpmn", drawn({"p": PROCESS})), File("f.form", json.dumps(FORM).encode())]
        )
    new = tmp_path / "new.bpmn"
    new.write_bytes(drawn({"p": PROCESS}))
    assert "There is no instance of p" in str(idflow("replay", new).exception)
    assert "Name the new files" in str(idflow("replay", "--definition", "p").exception)
