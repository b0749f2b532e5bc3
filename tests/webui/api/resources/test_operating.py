"""Instances, jobs and mails that are worked on, and the audit trail of it."""

from engine import demo
from engine.application import Application
from tests.webui.api.conftest import Program, audited
from tests.webui.api.resources.reading import JOURNEY, NOWHERE, body


def test_an_instance_is_operated(program: Program, application: Application) -> None:
    made = body(program.post("/instances", JOURNEY), 201)
    path = f"/instances/{made['id']}"
    assert body(program.post(f"{path}/retry", {}), 422)["code"] == "not-an-incident"
    assert body(program.post(f"{path}/suspend", {"reason": "wait"}))["status"] == "SUSPENDED"
    assert body(program.post(f"{path}/suspend", {}), 422)["code"] == "already-suspended"
    assert body(program.post(f"{path}/resume", {}))["status"] == "ACTIVE"
    assert body(program.post(f"{path}/variables", {"variables": {"note": "x"}}))["variables"]["note"] == "x"
    assert body(program.post(f"{path}/variables", {"variables": {"_x": 1}}), 422)["code"] == "reserved-variable"
    plan = body(program.post(f"{path}/migration-plan", {"version": 1}))
    assert plan["possible"] is True
    assert body(program.post(f"{path}/migrate", {"version": 9}), 404)["code"] == "definition-not-found"
    moved = body(program.post(f"{path}/move", {"element": "nowhere"}), 422)
    assert moved["code"] == "not-movable"
    assert body(program.post(f"{path}/cancel", {"reason": "enough"}))["status"] == "CANCELLED"
    assert body(program.post(f"{path}/cancel", {}), 422)["code"] == "instance-over"
    outcomes = [each["outcome"] for each in body(program.get(f"{path}/timeline"))["stages"]]
    assert "interrupted" in outcomes
    assert body(program.post(f"{path}/export", {}))["format"] == "idflow-instance-1"
    (said,) = audited(application, "instance_cancelled")
    assert said == {"reason": "enough", "by": "administrator", "key": "CI"}


def test_an_instance_that_stopped_is_retried_and_skipped(program: Program) -> None:
    made = body(program.post("/instances", {"definition": demo.PROCESS, "variables": {}}), 201)
    path = f"/instances/{made['id']}"
    stopped = body(program.get(path))
    assert stopped["status"] == "INCIDENT"
    assert stopped["incident"]["code"]
    assert body(program.post(f"{path}/retry", {}))["status"] == "INCIDENT"
    assert body(program.post(f"{path}/skip", {}), 422)["code"] == "identity-step-skipped"


def test_the_audit_trail_is_searched_and_verified(program: Program) -> None:
    body(program.post("/tokens", {"definition": demo.PROCESS}), 201)
    found = body(program.get("/audit/events?event=token_created&account=administrator"))["items"]
    assert [each["detail"]["definition"] for each in found] == [demo.PROCESS]
    assert body(program.get("/audit/state"))["unsigned"] > 0
    assert body(program.get("/audit/verification"))["whole"] is True


def test_work_that_was_given_up_is_tried_again(program: Program, application: Application) -> None:
    with application.write() as session:
        application.jobs.enqueue(session, "unknown", {})
    application.work_due()
    (job,) = body(program.get("/jobs/failed"))["items"]
    assert job["task"] == "unknown"
    assert program.post(f"/jobs/{job['id']}/retry").status_code == 204
    assert program.post(f"/jobs/{job['id']}/retry").status_code == 404
    assert body(program.get("/mails/failed"))["items"] == []
    assert program.post(f"/mails/{NOWHERE}/retry").status_code == 404
    (said,) = audited(application, "job_retried")
    assert (said["by"], said["key"]) == ("administrator", "CI")
