import pytest

from engine.declare import Declared, ParameterInvalid, parameter


class Example(Declared):
    user_key: str = parameter("User Key", default="user1")
    store_name: str = parameter("Store Name", required=True, help="Which store.")
    limit: int | None = parameter("Limit", default=None, minimum=1, maximum=10)
    strict: bool = parameter("Strict", default=False)
    mode: str = parameter("Mode", default="fast", choices=("fast", "slow"))
    attributes: dict[str, str] | None = parameter("Attributes", default=None, key="userAttributes")


def test_required_parameters_come_first_and_keys_are_camel_case() -> None:
    assert [each.key for each in Example.parameters] == [
        "storeName",
        "userKey",
        "limit",
        "strict",
        "mode",
        "userAttributes",
    ]


def test_values_are_converted_and_defaults_filled_in() -> None:
    example = Example.read({"storeName": 42, "limit": "3", "strict": "true", "userAttributes": {"a": "b"}})
    assert example == Example(store_name="42", limit=3, strict=True, attributes={"a": "b"})
    assert (example.user_key, example.mode) == ("user1", "fast")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Store Name is required"),
        ({"storeName": None}, "Store Name is required"),
        ({"storeName": ""}, "Store Name is required"),
        ({"storeName": True}, "Store Name must be a text"),
        ({"storeName": ["x"]}, "Store Name must be a text"),
        ({"storeName": "x", "limit": 0}, "Limit must be at least 1"),
        ({"storeName": "x", "limit": 11}, "Limit must be at most 10"),
        ({"storeName": "x", "limit": "many"}, "Limit must be a whole number"),
        ({"storeName": "x", "limit": "²"}, "Limit must be a whole number"),
        ({"storeName": "x", "limit": "--1"}, "Limit must be a whole number"),
        ({"storeName": "x", "limit": True}, "Limit must be a whole number"),
        ({"storeName": "x", "strict": "yes"}, "Strict must be true or false"),
        ({"storeName": "x", "mode": "medium"}, "Mode must be one of fast, slow"),
        ({"storeName": "x", "userAttributes": "a=b"}, "Attributes must be a context"),
        ({"storeName": "x", "storName": "y"}, "There is no parameter storName"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_label(values: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterInvalid, match=message):
        Example.read(values)


def test_the_values_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Example(store_name="x").store_name = "y"  # type: ignore[misc]
