from copy import deepcopy
from typing import Any

import orjson
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
    fingerprint,
    holds_secret,
    masked,
    merge,
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


def test_null_on_the_way_is_as_good_as_nothing() -> None:
    table: dict[str, Any] = {"a": None}
    assign(table, "a.b", 1)
    assert table == {"a": {"b": 1}}


def test_a_path_through_a_value_is_refused() -> None:
    with pytest.raises(VariableInvalid, match="'b' is not a context"):
        assign({"a": {"b": 1}}, "a.b.c", 2)


def test_a_value_that_cannot_be_kept_is_refused_where_it_is_set() -> None:
    for value in (object(), "a" * MAXIMUM_BYTES):
        with pytest.raises(VariableInvalid):
            assign({}, "x", {"y": [value]})


json = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
tables = st.dictionaries(st.sampled_from("abc"), st.dictionaries(st.sampled_from("xyz"), json, max_size=3) | json)


def merged(target: dict[str, Any], given: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """Return `target` after what was changed in a copy of `given` is set there."""
    before = {name: fingerprint(value) for name, value in given.items()}
    for name, value in changed.items():
        merge(target, name, value, before.get(name))
    return target


@given(values)
def test_a_fingerprint_tells_the_same_from_the_same(value: Any) -> None:
    assert fingerprint(value) == fingerprint(deepcopy(value))


@given(json, json)
def test_a_fingerprint_tells_one_value_from_another(one: Any, other: Any) -> None:
    if fingerprint(one) == fingerprint(other):
        assert orjson.dumps(one, option=orjson.OPT_SORT_KEYS) == orjson.dumps(other, option=orjson.OPT_SORT_KEYS)
    else:
        assert orjson.dumps(one) != orjson.dumps(other)


def test_a_fingerprint_tells_one_secret_from_another() -> None:
    assert fingerprint(REFERENCE) != fingerprint(SecretReference("totp-secret", "other", "instance"))
    assert fingerprint(REFERENCE) != fingerprint(MASK)


@given(tables, tables)
def test_what_a_copy_did_not_change_stays_as_others_left_it(target: dict[str, Any], given: dict[str, Any]) -> None:
    assert merged(deepcopy(target), given, deepcopy(given)) == target


@given(tables, tables)
def test_what_a_copy_changed_is_set(given: dict[str, Any], changed: dict[str, Any]) -> None:
    result = merged(deepcopy(given), given, changed)
    # Nothing is ever taken away: a copy can only add and change.
    for name, value in changed.items():
        if isinstance(value, dict):
            assert value.items() <= result[name].items() or _nested(value, result[name])
        else:
            assert result[name] == value


def _nested(value: Any, result: Any) -> bool:
    """Tell whether `result` holds all of `value`."""
    if isinstance(value, dict) and isinstance(result, dict):
        return all(key in result and _nested(item, result[key]) for key, item in value.items())
    return bool(value == result)


@pytest.mark.parametrize(
    ("target", "given", "changed", "result"),
    [
        ({"a": {"x": 1, "y": 9}}, {"a": {"x": 1, "y": 1}}, {"a": {"x": 2, "y": 1}}, {"a": {"x": 2, "y": 9}}),
        ({"a": 5}, {"a": {"x": 1}}, {"a": {"x": 1}}, {"a": 5}),
        ({"a": 5}, {"a": {"x": 1}}, {"a": {"x": 2}}, {"a": {"x": 2}}),
        ({"a": {"x": 1}}, {"a": 5}, {"a": {"y": 1}}, {"a": {"y": 1}}),
        ({"a": {"x": 1}}, {"a": {"x": 1}}, {"a": 5}, {"a": 5}),
        ({"a": {"x": 1}}, {"a": {"x": 1}}, {"a": None}, {"a": None}),
        ({}, {}, {"a": {}}, {"a": {}}),
        ({"a": [1, 2]}, {"a": [1]}, {"a": [1]}, {"a": [1, 2]}),
        ({"a": {"x": {"y": 1}}}, {"a": {"x": {}}}, {"a": {"x": {"z": 2}}}, {"a": {"x": {"y": 1, "z": 2}}}),
    ],
)
def test_inside_of_contexts_only_what_was_changed_is_set(
    target: dict[str, Any], given: dict[str, Any], changed: dict[str, Any], result: dict[str, Any]
) -> None:
    assert merged(target, given, changed) == result
