"""A webhook is switched off whose receiver is gone, or has failed for days."""

from engine.webhooks import OffBecause
from tests.webhooks.conftest import USER, Hooks, states


def test_410_switches_it_off_and_what_waits_is_stopped(hooks: Hooks) -> None:
    webhook, other = hooks.make(USER), hooks.make(USER)
    hooks.answer(503, 204, 410)
    hooks.happen()
    hooks.work()
    hooks.happen()
    hooks.work()
    found = [hooks.get(each) for each in (webhook, other)]
    off = [each for each in found if not each.active]
    assert {each.off_because for each in off} == {OffBecause.GONE}
    for each in off:
        assert "waiting" not in states(hooks, each)
    said = hooks.audited("webhook_switched")
    assert [detail for _, detail in said] == [
        {"webhook": detail["webhook"], "active": False, "because": "gone"} for _, detail in said
    ]
    before = len(hooks.receiver.requests)
    hooks.answer(204)
    for each in off:
        hooks.application.webhooks.switch(each.id, True, each.revision)
    hooks.happen()
    hooks.work(days=1)
    # What happened before it was switched on again is not sent.
    assert len(hooks.receiver.requests) - before >= len(off)
    assert all(hooks.get(each).active for each in off)


def test_after_five_days_of_nothing_but_failures_it_is_switched_off(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    hooks.answer(500)
    for _ in range(5):
        hooks.happen()
        hooks.work(days=1)
        assert hooks.get(webhook).active
    hooks.work(days=1)
    assert (hooks.get(webhook).active, hooks.get(webhook).off_because) == (False, OffBecause.FAILING)
    assert hooks.audited("webhook_switched")[0][1]["because"] == "failing"
    assert set(states(hooks, webhook)) <= {"failed", "stopped"}
    hooks.happen()
    assert hooks.work(days=1) == 0


def test_one_success_in_between_keeps_it_on(hooks: Hooks) -> None:
    webhook = hooks.make(USER)
    for day in range(8):
        hooks.answer(204 if day == 4 else 500)
        hooks.happen()
        hooks.work(days=1)
    assert hooks.get(webhook).active
