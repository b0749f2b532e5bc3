"""What becomes of answers that are not to be stored, and of files: through the engine, on a real database."""

import json
import shutil
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import delete, select

from engine.activity import Activity, Context
from engine.application import Application
from engine.declare import parameter
from engine.form import Answers, Attachment, Upload
from engine.identity import SealBroken
from engine.identity.rotation import Rotation
from engine.instances import attachments
from engine.store.models import AttachmentRow, Instance
from tests import stored
from tests.instances.conftest import Installation
from tests.spiff.notation import element, inputs

CANARY = "correct-horse-battery"
FILE = Upload("scan.pdf", "application/pdf", b"%PDF " + CANARY.encode() * 50)
PASSWORD = {"type": "password", "id": "pw", "key": "pw", "label": "Password", "validate": {"minLength": 8}}
COMPUTED = {"type": "expression", "id": "e", "key": "copy", "expression": "=pw"}
PICKER = {"type": "filepicker", "id": "f", "key": "file", "label": "File", "multiple": True}
NAME = {"type": "textfield", "id": "n", "key": "name", "label": "Name"}


class Reads(Activity):
    """Takes a password where it is declared sensitive, and says how long it is."""

    type: ClassVar[str] = "reads"
    name: ClassVar[str] = "Reads"
    category: ClassVar[str] = "Test"
    icon: ClassVar[str] = ""

    password: str = parameter("Password", required=True, sensitive=True)

    def run(self, context: Context) -> object:
        context.assign("length", len(self.password))
        return None


class Keeps(Reads):
    """Takes it where it is not."""

    type: ClassVar[str] = "keeps"
    name: ClassVar[str] = "Keeps"

    password: str = parameter("Password", required=True)


def everything_stored(installation: Installation) -> bytes:
    """Return every byte of the installation's folder, and what is in the rows of the database."""
    found = b"".join(each.read_bytes() for each in installation.settings.data.rglob("*") if each.is_file())
    rows = installation.call(lambda application: stored.rows(application.database))
    return found + rows


def asking(installation: Installation, *fields: dict[str, Any], activity: str = "") -> str:
    """Start a process that asks, hands the password to an activity, and then waits at another form."""
    installation.activities |= {"reads": Reads, "keeps": Keeps}
    work = element("work w").replace('type="work"', f'type="{activity}"')
    step = inputs(work, password="processvar._customFormData.ask.pw") if activity else "task w"
    installation.draw(
        "start s", "s -> ask", "user ask", "ask -> w", step, "w -> rest", "user rest", "rest -> e", "end e"
    )
    document = {"type": "default", "id": "Form", "components": [*fields, {"type": "button", "id": "send"}]}
    installation.deploy(form=json.dumps(document))
    return installation.start()


def send(installation: Installation, instance_id: str, posted: dict[str, list[Any]]) -> Answers:
    task, binding = installation.task(instance_id), installation.bindings[instance_id]
    return installation.call(lambda application: application.journeys.submit(instance_id, binding, task.id, posted))


def test_a_password_is_read_in_the_same_step_and_stored_nowhere(installation: Installation) -> None:
    instance_id = asking(installation, PASSWORD, COMPUTED, NAME, activity="reads")
    assert send(installation, instance_id, {"pw": ["short"]}).errors.keys() == {"pw"}
    send(installation, instance_id, {"pw": [CANARY], "name": ["Ann"]})
    assert installation.at(instance_id) == "rest", installation.show(instance_id)
    variables = installation.show(instance_id).variables
    assert variables["length"] == len(CANARY)
    assert variables["_customFormData"]["ask"] == {"pw": None, "copy": None, "name": "Ann"}
    assert CANARY.encode() not in everything_stored(installation)
    assert b"Ann" not in everything_stored(installation)  # the state is sealed


def test_a_password_is_not_handed_to_what_does_not_say_that_it_is_sensitive(installation: Installation) -> None:
    instance_id = asking(installation, PASSWORD, activity="keeps")
    send(installation, instance_id, {"pw": [CANARY]})
    assert installation.status(instance_id) == "INCIDENT"
    assert "length" not in installation.show(instance_id).variables
    assert CANARY not in str(installation.show(instance_id))
    assert CANARY.encode() not in everything_stored(installation)


def test_numbers_of_any_size_are_stored(installation: Installation) -> None:
    number = {"type": "number", "id": "num", "key": "num", "label": "Number"}
    instance_id = asking(installation, number)
    send(installation, instance_id, {"num": ["9" * 40]})
    assert installation.show(instance_id).variables["_customFormData"]["ask"] == {"num": 1e40}


def kept(application: Application, instance_id: str) -> list[tuple[str, bytes]]:
    with application.database.read() as session:
        return [
            (each.name, attachments.content_of(session, application.outbox.vault, instance_id, each.id))
            for each in attachments.of_instance(session, instance_id)
        ]


def test_a_file_is_kept_sealed_and_opened_for_its_instance_only(installation: Installation) -> None:
    instance_id = asking(installation, PICKER)
    send(installation, instance_id, {"file": [FILE, FILE, Upload("b", "", b"other")]})
    found = installation.call(lambda application: kept(application, instance_id))
    assert sorted(found) == [("b", b"other"), ("scan.pdf", FILE.content)]
    (told, *_) = installation.show(instance_id).variables["_customFormData"]["ask"]["file"]
    assert (told["name"], told["contentType"], told["size"]) == ("scan.pdf", "application/pdf", len(FILE.content))
    assert CANARY.encode() not in everything_stored(installation)
    another = installation.start()

    def move(application: Application) -> None:
        with application.database.write() as session:
            row = session.scalars(select(AttachmentRow).where(AttachmentRow.name == "b")).one()
            key = row.key
            with pytest.raises(attachments.AttachmentNotFound):
                attachments.content_of(session, application.outbox.vault, another, key)
            row.instance_id = another
            session.flush()
            with pytest.raises(SealBroken):
                attachments.content_of(session, application.outbox.vault, another, key)

    installation.call(move)


def test_the_same_file_is_kept_once(installation: Installation) -> None:
    instance_id = asking(installation, PICKER)

    def keep(application: Application) -> int:
        with application.database.write() as session:
            for content in (b"x", b"x", b"y"):
                each = Attachment(content.hex(), Upload("a", "b/c", content))
                attachments.keep(session, application.outbox.vault, instance_id, each, application.clock.now())
            return len(attachments.of_instance(session, instance_id))

    assert installation.call(keep) == 2


def test_nothing_is_kept_of_a_form_that_was_refused(installation: Installation) -> None:
    instance_id = asking(installation, PICKER, PASSWORD)
    send(installation, instance_id, {"file": [FILE], "pw": ["short"]})
    assert installation.rows(AttachmentRow) == []


def test_files_are_deleted_with_their_instance(installation: Installation) -> None:
    instance_id = asking(installation, PICKER)
    other = installation.start()
    for each in (instance_id, other):
        send(installation, each, {"file": [FILE]})

    def forget(application: Application) -> None:
        with application.database.write() as session:
            session.execute(delete(Instance).where(Instance.id == instance_id))

    installation.call(forget)
    assert [each.instance_id for each in installation.rows(AttachmentRow)] == [other]


def test_files_are_sealed_again_with_a_new_key(installation: Installation) -> None:
    instance_id = asking(installation, PICKER)
    send(installation, instance_id, {"file": [FILE]})
    (before,) = installation.rows(AttachmentRow)

    def rotate(application: Application) -> list[tuple[str, bytes]]:
        rotation = Rotation(application.database, application.outbox.vault, application.clock)
        assert rotation.rotate().broken == ()
        assert next(key.values for key in rotation.data_keys()) == 0
        return kept(application, instance_id)

    assert installation.call(rotate) == [("scan.pdf", FILE.content)]
    (after,) = installation.rows(AttachmentRow)
    assert after.content != before.content
    assert installation.call(lambda application: kept(application, instance_id)) == [("scan.pdf", FILE.content)]


def test_the_search_for_the_canary_finds_what_is_there(installation: Installation, tmp_path: Path) -> None:
    shutil.copy(__file__, installation.settings.data / "copy.py")
    assert CANARY.encode() in everything_stored(installation)
