from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.variables import (
    MASK,
    MAXIMUM_BYTES,
    SecretReference,
    VariableInvalid,
    assign,
    decode,
    encode,
    holds_secret,
    masked,
)

REFERENCE = SecretReference("totp-secret", "credential", "instance")

texts = st.text().filter(lambda text: text.isprintable() or text.isascii())
leaves = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts | st.floats(allow_nan=False, allow_infinity=False)
)
references = st.builds(SecretReference, texts, texts, texts)
values = st.recursive(
    leaves | references, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4)
)


@given(st.dictionaries(texts, values, max_size=5))
def test_what_is_encoded_is_decoded(table: dict[str, Any]) -> None:
    assert decode(encode(table)) == table


@given(st.dictionaries(texts, values, max_size=5))
def test_a_masked_table_holds_no_secret(table: dict[str, Any]) -> None:
    assert not holds_secret(masked(table))


@pytest.mark.parametrize(
    "forged",
    [
        MASK,
        {"$secret": "x"},
        {"typename": "SecretReference", "kind": "totp-secret"},
        ["totp-secret", "credential", "instance"],
    ],
)
def test_no_data_is_read_back_as_a_secret_reference(forged: object) -> None:
    stored = decode(encode({"forged": forged, "real": REFERENCE}))
    assert stored == {"forged": forged, "real": REFERENCE}
    assert not holds_secret(stored["forged"])


def test_a_reference_shows_the_mask_wherever_it_is_printed() -> None:
    assert f"{REFERENCE} {REFERENCE!r} {[REFERENCE]}" == f"{MASK} {MASK} [{MASK}]"


@pytest.mark.parametrize("value", [object(), b"bytes", {1, 2}])
def test_a_value_that_is_not_json_is_refused(value: object) -> None:
    with pytest.raises(VariableInvalid):
        encode({"x": value})


def test_a_table_that_is_too_large_is_refused() -> None:
    with pytest.raises(VariableInvalid, match=str(MAXIMUM_BYTES)):
        encode({"x": "a" * MAXIMUM_BYTES})


def test_a_path_makes_the_contexts_on_the_way() -> None:
    table: dict[str, Any] = {"a": {"x": 1}}
    assign(table, "a.b.c", 2)
    assert table == {"a": {"x": 1, "b": {"c": 2}}}


@pytest.mark.parametrize("path", ["", "a..b", "a.1", "a b", "a.", "ä"])
def test_a_path_that_is_no_name_is_refused(path: str) -> None:
    with pytest.raises(VariableInvalid):
        assign({}, path, 1)


def test_a_path_through_a_value_is_refused() -> None:
    with pytest.raises(VariableInvalid, match="'b' is not a context"):
        assign({"a": {"b": 1}}, "a.b.c", 2)


def test_a_value_that_cannot_be_kept_is_refused_where_it_is_set() -> None:
    for value in (object(), "a" * MAXIMUM_BYTES):
        with pytest.raises(VariableInvalid):
            assign({}, "x", {"y": [value]})
