"""No form shows a secret that it has not opened, and no answer makes one."""

from collections.abc import Iterator
from typing import Any

import pytest

from engine.variables import MASK, encode
from forms import ELEMENTS, render
from tests.forms.documents import DECLARED
from tests.forms.harmful import TEXTS, element, with_text
from tests.forms.making import CANARY, SECRET, SHORT_FIELD, codes, form, opened, page, read

FORGED = [
    '{"$secret": "1"}',
    '{"kind":"totp-secret","id":"1","instance_id":"instance"}',
    MASK,
    "SecretReference(kind='totp-secret', id='1', instance_id='instance')",
    "1",
    "totp-secret",
]


@pytest.mark.parametrize("forged", FORGED)
def test_no_answer_forges_a_secret(forged: str) -> None:
    shown = [
        {"type": "text", "id": "t", "text": "{{f}}"},
        {"type": "copy", "id": "c", "label": "C", "defaultValue": "{{f}}"},
    ]
    for known in (forged, {"kind": "totp-secret", "id": "1", "instance_id": "instance"}):
        rendered = render(form(SHORT_FIELD, *shown), {"f": known}, reveal=opened, posted={"f": [forged]}, check=True)
        assert CANARY not in rendered.html
        assert not rendered.holds_secret


def places(kind: str) -> Iterator[dict[str, Any]]:
    """Return an element of a kind once for each property that could show a value, with a secret in it."""
    (declared,) = (each for each in DECLARED if each["type"] == kind)
    for each in declared["properties"]:
        path = tuple(each["path"])
        if each["kind"] in TEXTS:
            for text in (
                "{{s}}",
                "=s",
                "{{#loop [s]}}{{this}}{{/loop}}",
                "{{deep.list}}",
                "https://a.example/?{{s}}",
            ):
                yield with_text(kind, path, text)
        elif each["kind"] in {"feel", "flag-or-feel", "number-or-feel"}:
            for text in ("=s", "=[s]", "=[{label: s, value: s, key: s, name: s}]", "=deep", "=deep.list"):
                yield with_text(kind, path, text)
        elif each["kind"] == "list":
            yield {**element(kind), path[0]: [{one["path"][0]: "{{s}}" for one in each["item"]}]}
        elif each["kind"] == "string" and path[-1] not in {"id", "path", "row"}:
            yield with_text(kind, path, "s")


@pytest.mark.parametrize("kind", ELEMENTS)
def test_a_secret_is_shown_by_what_opens_it_and_by_nothing_else(kind: str) -> None:
    values = {
        "s": SECRET,
        "key": SECRET,
        "deep": {"list": [SECRET], "s": SECRET},
        "v": [SECRET],
        "path": [{"f": SECRET}],
    }
    opens = {
        "".join(word.capitalize() if at else word for at, word in enumerate(each.split("_")))
        for each in ELEMENTS[kind].opens
    }
    for made in places(kind):
        content = form(made, title="{{s}} {{deep.list}}")
        if any(not each.endswith("?") for each in codes(content)):
            continue
        changed = {name for name in made if made[name] != element(kind).get(name)}
        for how in ({}, {"posted": {}, "check": True}, {"readonly": True}):
            rendered = render(content, values, reveal=opened, **how)
            if changed & opens:
                assert CANARY not in rendered.title
                assert rendered.holds_secret or CANARY not in rendered.html
            else:
                assert CANARY not in rendered.html + rendered.title
                assert not rendered.holds_secret
            assert CANARY not in render(content, values).html
        found = read(content, page(content, values).posted(), values)
        assert CANARY not in str(found.values)
        encode(dict(found.values))
        assert "instance" not in str(found.values)
