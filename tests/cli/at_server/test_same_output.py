"""The same commands at a data folder and at a server: the same output, the same exit status."""

import re
from collections.abc import Callable
from pathlib import Path

from engine.application import Application
from tests.cli.at_server.places import Both
from tests.instances.drawing import drawn

STOPS = ("start s", "wait t timer =pause", "user u", "end e", "s -> t", "t -> u", "u -> e")


def test_files_are_deployed_and_checked(both: Both, deploy: Callable[..., str], tmp_path: Path) -> None:
    assert "process p version 1: deployed" in deploy("start s", "user u", "end e", "s -> u", "u -> e")
    assert "process p version 1: unchanged" in deploy("start s", "user u", "end e", "s -> u", "u -> e")
    (elsewhere := tmp_path / "elsewhere").mkdir()
    broken, again = tmp_path / "broken.bpmn", elsewhere / "broken.bpmn"
    broken.write_text("<html/>")
    again.write_bytes(drawn({"q": ("start s", "work w", "end e", "s -> w", "w -> e")}))
    assert both("deploy", broken, again)[1].startswith(f"{broken}:")
    status, said = both("check", broken, again, tmp_path / "absent.bpmn")
    assert (status, f"{again}:" in said, "[deployment.unreadable]" in said) == (1, True, True)
    assert f'"{again}": [' in both("check", "--json", broken, again)[1]
    assert both("check", tmp_path / "p.bpmn", tmp_path / "f.form") == (0, "2 files, 0 errors, 0 warnings\n")
    assert both("check", tmp_path / "absent.bpmn")[0] == 1
    assert both("deploy", tmp_path / "absent.bpmn")[0] == 2


def test_tokens_are_made(both: Both, deploy: Callable[..., str]) -> None:
    deploy("start s", "user u", "end e", "s -> u", "u -> e")
    new = ("token", "new", "--definition", "p")
    assert both(*new, "--name", "spring", "--external-id", "user1", "--set", "team=blue")[1].startswith("Token: spring")
    assert both(*new, "--name", "spring")[0] == 1
    assert "There is no process" in both("token", "new", "--definition", "unknown")[1]
    for wrong in (("--name", "x" * 51), ("--limit", 0), ("--type", "time"), ("--set", "processvar=1")):
        assert both(*new, *wrong)[0] == 1
    assert both(*new, "--set", "novalue")[0] == 2


def test_tokens_are_listed_and_it_is_said_who_opened_one(both: Both, deploy: Callable[..., str]) -> None:
    deploy("start s", "user u", "end e", "s -> u", "u -> e")
    for name in ("looked", "begun", "left"):
        both("token", "new", "--definition", "p", "--name", name)

    def use(application: Application) -> None:
        with application.write() as session:
            links = {
                each: application.tokens.renew(session, found.id).link
                for each in ("looked", "begun")
                if (found := application.tokens.named(session, each)) is not None
            }
        application.journeys.opened(links["looked"], b"1" * 32, "Safari on iPhone")
        application.journeys.begin(links["begun"], b"2" * 32)

    both.each(use)
    status, said = both("token", "list", "--query", "p", "--limit", 3)
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()] == ["left", "begun", "looked"]
    assert "0 of 1 used  not opened" in said
    assert "1 of 1 used  opened 20" in said
    for opened, names in {"yes": ["begun", "looked"], "unbegun": ["looked"]}.items():
        lines = both("token", "list", "--opened", opened)[1].splitlines()
        assert [line.split()[0] for line in lines] == names
    assert "left" in both("token", "list", "--opened", "no")[1]
    assert both("token", "list", "--query", "nowhere")[1] == "No token is like this.\n"
    shown = both("token", "show", "looked")[1]
    assert "Process: p, always the newest version\n" in shown
    assert re.search(r"Opened: 1\n  \S+ \S+Z  looked at it  Safari on iPhone\n$", shown)
    assert re.search(r"Opened: 1\n  \S+ \S+Z  began         unknown device\n$", both("token", "show", "begun")[1])
    for unknown in ("looke", "x" * 2000):
        assert "There is no process token" in both("token", "show", unknown)[1]


def test_stores_and_users_are_made_looked_at_and_changed(both: Both) -> None:
    assert both("store", "new", "Customers", "--locale", "de-AT")[0] == 0
    assert both("store", "new", "Customers")[1].endswith("[name-taken]\n")
    assert both("store", "list")[1] == "Customers  ACTIVE  0 users\n"
    assert "Locale: de-AT" in both("store", "show", "Customers")[1]
    assert both("store", "show", "Nobody")[1].endswith("[store-not-found]\n")
    there = ("--store", "Customers")
    for name in ("alice", "Alice", "al%", "bob"):
        assert both("user", "new", name, *there, "--set", "team=blue")[0] == 0
    assert both("user", "new", "alice", *there)[1].endswith("[ext-id-not-unique]\n")
    listed = both("user", "list", *there, "--prefix", "al")[1].splitlines()
    assert [line.split()[-1] for line in listed] == ["Alice", "al%", "alice"]
    assert len(both("user", "list", *there, "--prefix", "al", "--limit", 1)[1].splitlines()) == 1
    assert 'Attributes: {"team":"blue"}' in both("user", "show", "alice", *there)[1]
    for place in both.places:
        shown = place.run("user", "show", "alice", *there)[1]
        place.names["alice"] = re.findall(r"^ID: (\w+)$", shown, re.MULTILINE)[0]
    assert both("user", "lock", "alice", *there, "--reason", "lost")[1] == "alice: LOCKED\n"
    assert both("user", "unlock", "{alice}", "--by-id", *there)[1] == "alice: ACTIVE\n"
    assert both("user", "disable", "alice", *there)[1] == "alice: DISABLED\n"
    assert both("user", "lock", "bob", *there)[1] == "bob: LOCKED\n"
    assert both("user", "delete", "alice", *there, typed="n\n")[0] == 1
    assert both("user", "delete", "alice", *there, typed="y\n")[0] == 0
    for gone in (("alice",), ("{alice}", "--by-id"), ("no such id", "--by-id"), ("bo",)):
        assert both("user", "show", *gone, *there)[1].endswith("[user-not-found]\n")


def test_policies_are_made_looked_at_and_changed(both: Both) -> None:
    assert both("policy", "new", "Default", "--issuer", "Example Bank", "--digits", 8)[0] == 0
    assert both("policy", "list")[1] == "Default  Example Bank  0 registrations\n"
    assert both("policy", "set", "Default", "--period", 60, "--redisplay", "never")[1] == "Policy: Default\n"
    assert "period: 60\n" in both("policy", "show", "Default")[1]
    assert both("policy", "set", "Default", "--digits", 7)[0] == 1
    assert both("policy", "show", "Other")[1].endswith("[policy-not-found]\n")
    assert both("policy", "new", "Other")[0] == 2


def test_instances_are_looked_at_and_worked_on(both: Both, deploy: Callable[..., str]) -> None:
    assert both("instance", "list", "--status", "expired")[1].startswith("No instances yet.")
    deploy(*STOPS)
    for place in both.places:
        place.begin("it", pause="soon")
    listed = both("instance", "list", "--limit", 500, "--status", "incident")[1]
    assert both("instance", "list", "--parameter", "pause=SOON")[1] == listed
    assert both("instance", "list", "--parameter", "pause=later")[1] == "No instance is like this.\n"
    assert both("instance", "list", "--parameter", "pause")[0] == 2
    assert re.search(r"INCIDENT .* \(version \d\)  t\n", listed)
    shown = both("instance", "show", "{it}")[1]
    assert "It could see: " in shown
    assert re.search(r"completed  s\n", shown)
    assert both("instance", "retry", "{it}")[1].startswith("INCIDENT at t\n")
    assert both("instance", "set", "{it}", "--set", "_own=1")[1].endswith("[reserved-variable]\n")
    assert both("instance", "set", "{it}", "--set", "pause=PT1H", "--reason", "a typo")[1].startswith("INCIDENT at t\n")
    assert both("instance", "retry", "{it}")[1] == "ACTIVE at t\n"
    assert both("instance", "skip", "{it}")[1].endswith("[not-an-incident]\n")
    assert "waits for timer at" in both("instance", "show", "{it}")[1]
    assert both("instance", "suspend", "{it}")[1] == "SUSPENDED at t\n"
    assert both("instance", "suspend", "{it}")[0] == 1
    assert both("instance", "resume", "{it}")[1] == "ACTIVE at t\n"
    assert both("instance", "move", "{it}", "u", "--reason", "seen")[1] == "ACTIVE at u\n"
    deploy("start s", "wait t timer =pause", "user ask", "end e", "s -> t", "t -> ask", "ask -> e")
    assert both("instance", "migrate", "{it}", "--dry-run")[0] == 1
    assert both("instance", "migrate", "{it}", "--map", "u=ask", "--dry-run")[1].startswith("u -> ask\n")
    assert both("instance", "migrate", "{it}", "--map", "u=ask")[1] == "ACTIVE at ask\n"
    assert both("instance", "cancel", "{it}", "--reason", "enough")[1] == "CANCELLED at ask\n"
    assert both("instance", "cancel", "{it}")[1].endswith("[instance-over]\n")
    assert both("instance", "show", "nothing")[1].endswith("[instance-not-found]\n")


def test_messages_and_signals_are_sent(both: Both) -> None:
    assert both("event", "message", "M", "--key", "7", "--set", "n=1", "--ttl", "PT1H")[1] == "Published: message M\n"
    assert both("event", "message", "M", "--set", "_own=1")[1].endswith("[reserved-variable]\n")
    assert both("event", "message", "M", "--ttl", "an hour")[0] == 2
    assert both("event", "signal", "S", "--set", 'goods={"pens": 2}')[1] == "Sent: signal S\n"


def test_jobs_and_mails_are_looked_at(both: Both) -> None:
    assert both("job", "list", "--failed")[1] == "No job has failed.\n"

    def fail(application: Application) -> None:
        with application.write() as session:
            application.jobs.enqueue(session, "unheard-of", {"what": 1})
            application.jobs.enqueue(session, "unheard-of", {"what": 2})
        application.work_due()

    both.each(fail)
    listed = both("job", "list")[1]
    assert re.search(r"unheard-of  what=2  after 1 attempts: UnknownTask: .*\n.*what=1 ", listed)
    assert listed.startswith("Due: 0\nLater: ")
    assert re.fullmatch(r"Job \d+ is due now.\n", both("job", "retry", listed.splitlines()[-1].split()[0])[1])
    for unknown in (4711, 0):
        assert both("job", "retry", unknown)[1].endswith("[job-not-found]\n")
    assert both("mail", "list") == (0, "")
    for mail in ("0" * 24, "nothing"):
        assert both("mail", "retry", mail)[1].endswith("[mail-not-found]\n")


def test_the_audit_trail_is_verified(both: Both) -> None:
    for place in both.places:
        status, said = place.run("audit", "verify")
        assert (status, said.splitlines()[-1]) == (0, "The chain is whole.")
