"""Moving an instance to another version of its process."""

from typing import Any

import pytest

import bpmn
from engine.deployment import File
from engine.instances.migration import MigrationRefused
from tests.instances.drawing import FORM_FILE, IDENTIFY, drawn
from tests.spiff.notation import element


def test_a_migration_does_not_lead_around_an_identity_step(installation: Any) -> None:
    installation.draw("start s", "user ask", "end e", "s -> ask", "ask -> e")
    instance_id = installation.start()
    installation.draw("start s", "user ask", IDENTIFY, "user u", "end e", "s -> ask", "ask -> g", "g -> u", "u -> e")
    plan = installation.call(lambda app: app.operations.plan_migration(instance_id, mapping={"ask": "u"}))
    assert plan.problems == ("'g', which says or proves who somebody is, was not done",)
    with pytest.raises(MigrationRefused, match="'g'"):
        installation.call(lambda app: app.operations.migrate(instance_id, mapping={"ask": "u"}))
    assert installation.at(instance_id) == "ask"
    installation.call(
        lambda app: app.operations.migrate(instance_id, mapping={"ask": "u"}, identity=True, reason="known")
    )
    assert installation.at(instance_id) == "u"
    assert installation.audited("identity_step_skipped")[0].detail == {"elements": "g", "reason": "known"}


def test_a_step_that_was_done_is_no_reason_against_going_on_behind_it(installation: Any, form: str) -> None:
    shipped = (bpmn.FOLDER / "get_current_totp" / "get_current_totp.bpmn").read_text()
    instance_id = installation.begin()
    installation.deploy(shipped.replace("show_current_totp", "shown").replace("get_totp", "found"), form)
    renamed = {"show_current_totp": "shown", "get_totp": "found"}
    assert installation.call(lambda app: app.operations.plan_migration(instance_id, mapping=renamed)).problems == ()
    installation.call(lambda app: app.operations.migrate(instance_id, mapping=renamed))
    assert installation.at(instance_id) == "shown"
    installation.call(lambda app: app.operations.move(instance_id, "found"))
    assert installation.at(instance_id) == "shown"


def test_a_migrated_instance_goes_on_in_the_newest_version(installation: Any, clock: Any) -> None:
    old = ("start s", "user u", "on b u timer PT5M", "end e", "s -> u", "u -> e", "b -> e")
    new = ("start s", "user ask", "on b ask timer PT5M", "user more", "end e", "s -> ask", "ask -> more", "b -> more",
           "more -> e")  # fmt: skip
    installation.draw(*old)
    instance_id = installation.start()
    task_id = installation.task(instance_id).id
    installation.draw(*new)
    plan = installation.call(lambda app: app.operations.plan_migration(instance_id))
    assert [problem for problem in plan.problems if "'u'" in problem]
    with pytest.raises(MigrationRefused, match="'u'"):
        installation.call(lambda app: app.operations.migrate(instance_id))
    assert installation.at(instance_id) == "u"
    plan = installation.call(lambda app: app.operations.plan_migration(instance_id, mapping={"u": "ask"}))
    assert (plan.problems, installation.at(instance_id)) == ((), "u")
    clock.advance(minutes=1)
    installation.call(lambda app: app.operations.migrate(instance_id, mapping={"u": "ask"}, reason="new rules"))
    detail = installation.show(instance_id)
    assert (detail.record.version, detail.record.element_id) == (2, "ask")
    assert installation.task(instance_id).id == task_id
    [event] = installation.audited("instance_migrated")
    assert event.detail == {"reason": "new rules", "version": 2}
    assert [(job.run_at - clock.now()).seconds for job in installation.jobs()] == [240]
    clock.advance(minutes=4)
    installation.work()
    assert installation.at(instance_id) == "more"


def test_a_migrated_task_shows_the_form_of_the_new_version_if_that_names_another(installation: Any) -> None:
    other = File("o.form", FORM_FILE.content.replace(b'"id": "Form"', b'"id": "Other"'))
    parts = ("start s", "user u", "end e", "s -> u", "u -> e")
    installation.draw(*parts)
    same, changed = installation.start(), installation.start()
    newer = File("f.form", FORM_FILE.content.replace(b'"label": "Answer"', b'"label": "New"'))
    content = drawn({"p": ("start s", "user u", "user v", "end e", "s -> u", "u -> v", "v -> e")})
    installation.call(lambda app: app.deploy([newer, File("p.bpmn", content)]))
    installation.call(lambda app: app.operations.migrate(same))
    assert (installation.task(same).form.name, installation.task(same).form.version) == ("Form", 1)
    content = drawn({"p": ("start s", element("user u").replace('"Form"', '"Other"'), "end e", "s -> u", "u -> e")})
    installation.call(lambda app: app.deploy([other, File("p.bpmn", content)]))
    installation.call(lambda app: app.operations.migrate(changed))
    assert installation.task(changed).form.name == "Other"


def test_a_migration_waits_for_what_the_new_version_waits_for(installation: Any) -> None:
    installation.draw("start s", "user u", "on b u message M", "end e", "s -> u", "u -> e", "b -> e")
    instance_id = installation.start(key="k")
    installation.draw("start s", "user u", "on c u signal S", "user v", "end e", "s -> u", "u -> e", "c -> v", "v -> e")
    installation.call(lambda app: app.operations.migrate(instance_id))
    assert [(row.trigger, row.name) for row in installation.subscriptions()] == [("signal", "S")]
    installation.call(lambda app: app.events.broadcast("S"))
    installation.work()
    assert installation.at(instance_id) == "v"


def test_an_incident_stays_one_through_a_migration(installation: Any) -> None:
    installation.draw("start s", "work w", "user u", "end e", "s -> w", "w -> u", "u -> e")
    instance_id = installation.start(broken=True, password="hunter2")
    installation.draw("start s", "work w", "user v", "end e", "s -> w", "w -> v", "v -> e")
    installation.call(lambda app: app.operations.migrate(instance_id))
    incident = installation.show(instance_id).incident
    assert (incident.element_id, incident.variables) == ("w", ("broken", "password"))
    installation.call(lambda app: app.operations.skip(instance_id))
    assert installation.at(instance_id) == "v"
