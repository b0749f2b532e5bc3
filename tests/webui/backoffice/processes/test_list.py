"""The list of processes."""

import re
from secrets import token_bytes

from engine.application import Application
from engine.deployment import File
from tests.asked import asked
from tests.conftest import ManualClock
from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.listed import rows
from tests.webui.backoffice.processes.making import PATH, make
from webui.backoffice.listing import PAGE


def test_an_empty_list_says_what_it_is_for(operator: Operator) -> None:
    page = operator.get(PATH)
    assert "There are no processes yet" in page.text
    assert "New Process Definition" in page.text
    assert 'aria-current="page">Process Definitions<' in page.text


def test_the_list_says_what_became_of_each_process(
    operator: Operator, application: Application, clock: ManualClock
) -> None:
    make(operator, "Only a draft")
    for name in ("Same", "Changed"):
        make(operator, name)
        operator.keep_process(name.lower(), process(name.lower(), name, tags="two, one"), 1, deploy=True)
    application.deploy([File("x.bpmn", process("uploaded", "Uploaded").encode())])
    operator.keep_process("changed", process("changed", "Other name", tags="two"), 2, deploy=True)
    operator.save_process("changed", "{", 3)
    for version in (1, 2, 2):
        application.journeys.start("changed", {}, token_bytes(32), version=version)
    page = operator.get(PATH)
    assert rows(page) == ["Only a draft", "Other name", "Same", "Uploaded"]
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text.partition("<table")[2]).split())
    for expected in ("Draft only", "Draft differs from deployed version 2", "Deployed version 1", "2 versions"):
        assert expected in text
    assert "deployed just now by admin" in text
    assert rows(operator.get(f"{PATH}?tag=one")) == ["Same"]
    # A draft that cannot be read has no tags: the list does not guess.
    assert rows(operator.get(f"{PATH}?q=TWO")) == ["Same"]
    assert f'href="{PATH}/changed/versions/1"' in page.text
    assert f'href="{PATH}/changed/export?version=1"' in page.text
    assert f'href="{PATH}/changed/versions?old=1&amp;new=draft#comparison"' in page.text
    assert 'href="/backoffice/new-token?definition=changed&amp;version=1"' in page.text
    assert 'href="/backoffice/instances?definition=changed&amp;version=1"' in page.text


def test_the_list_is_searched_sorted_and_paged_by_its_address(operator: Operator, application: Application) -> None:
    for number in range(PAGE + 3):
        content = process(f"p{number:02}", f"Name {100 - number}", tags="many").encode()
        application.processes.create(content, by="admin")
    first, second = operator.get(PATH), operator.get(f"{PATH}?page=2&tag=many")
    assert len(rows(first)) == PAGE
    assert len(rows(second)) == 3
    assert 'href="/backoffice/processes?sort=name&amp;page=1&amp;tag=many"' in second.text
    assert len(rows(operator.get(f"{PATH}?page=99&sort=nonsense"))) == 3
    assert rows(operator.get(f"{PATH}?sort=-name"))[0] == "Name 99"
    assert rows(operator.get(f"{PATH}?q=P07")) == ["Name 93"]
    assert rows(operator.get(f"{PATH}?q=name 93")) == ["Name 93"]
    assert "No process has this" in operator.get(f"{PATH}?q=zzz").text
    assert rows(operator.get(f"{PATH}?tag=no")) == []
    assert 'aria-sort="descending"' in operator.get(f"{PATH}?sort=-changed").text


def test_the_list_asks_the_database_a_fixed_number_of_questions(operator: Operator, application: Application) -> None:
    def questions() -> list[str]:
        with asked(application.database) as statements:
            operator.get(PATH)
        return [each for each, _ in statements]

    application.deploy([File("x.bpmn", process().encode())])
    before = questions()
    for number in range(10):
        application.deploy([File("x.bpmn", process(f"p{number}").encode())])
        application.journeys.start(f"p{number}", {}, token_bytes(32))
    after = questions()
    assert len(after) == len(before)
    assert not any("definitions.content" in each or "drafts.content," in each for each in after)
