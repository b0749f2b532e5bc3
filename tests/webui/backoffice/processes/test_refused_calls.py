"""Calls of the designer that are refused, whatever they are for."""

import pytest

from engine.drafts import MAXIMUM_BYTES
from tests.webui.backoffice.conftest import Operator, process
from tests.webui.backoffice.processes.drafts import DRAFT, VERSIONS
from webui.bodies import MAXIMUM_FORM_BODY


def test_only_json_with_a_token_from_this_site_is_taken(welcome: Operator) -> None:
    body = {"content": "x", "revision": 1}
    for method, path in (("PUT", DRAFT), ("POST", VERSIONS)):
        assert welcome.call(method, path, body, **{"X-CSRFToken": ""}).status_code == 400
        assert welcome.call(method, path, body, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert welcome.call(method, path, body, **{"Content-Type": "text/plain"}).status_code == 415
        for wrong in (b"", b"{", b'{"content": 1, "revision": 1}', b'{"content": "\\ud800", "revision": 1}'):
            assert welcome.call(method, path, wrong).status_code == 400
    assert welcome.process("welcome")["revision"] == 1


def test_a_draft_that_is_too_large_is_refused(welcome: Operator) -> None:
    large = "x" * (MAXIMUM_BYTES + 1)
    for answer in (
        welcome.save_process("welcome", large, 1),
        welcome.keep_process("welcome", large, 1),
        welcome.keep_process("welcome", large, 1, deploy=True),
        welcome.save_process("welcome", "x" * MAXIMUM_FORM_BODY, 1),
    ):
        assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")
    assert welcome.process("welcome")["revision"] == 1


@pytest.mark.parametrize("key", ["nothing", "..", "%2e%2e", "a%00b", "x" * 3000, "%F0%9F%90%88", "' OR 1=1 --"])
def test_there_is_no_process_with_another_key(welcome: Operator, key: str) -> None:
    for answer in (
        welcome.save_process(key, "x", 0),
        welcome.keep_process(key, process(), 0, deploy=True),
        welcome.get(f"/backoffice/api/processes/{key}/changes"),
        welcome.get(f"/backoffice/api/processes/{key}/versions/1"),
        welcome.get(f"/backoffice/processes/{key}/export"),
    ):
        assert answer.status_code == 404, answer.request.path
