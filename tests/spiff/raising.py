"""Processes that raise errors, and events that catch them."""

from tests.spiff.notation import inside as sub_process

ERRORS = '<bpmn:error id="E1" errorCode="UserNotFound"/><bpmn:error id="E2" errorCode="UserLocked"/>'
GUARDED = (
    "start s",
    "s -> w",
    "work w",
    "w -> done",
    "user done",
    "done -> e",
    "end e",
    "catch any w",
    "any -> a",
    "user a",
    "a -> ea",
    "end ea",
    "catch coded w E1",
    "coded -> c",
    "user c",
    "c -> ec",
    "end ec",
)
CAUGHT = ("start s", "s -> sub", "sub -> e", "end e", "c -> u", "user u")


def raises(code: str) -> str:
    """Return a sub-process that ends with an error."""
    return sub_process("sub", "start is", "is -> ie", f"end ie error {code}")
