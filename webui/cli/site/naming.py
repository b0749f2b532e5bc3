"""What of a command line a server can be asked for at all."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, ValidationError

from engine.errors import IdflowError, Refused


class InputRefused(Refused):
    """This cannot be sent."""

    code = "input-refused"


def check_name(model: type[BaseModel], missing: type[IdflowError] | IdflowError, **names: object) -> None:
    """Raise `missing` when what is named cannot be the name of anything, as the server would say that it is missing."""
    try:
        model.model_validate(names)
    except ValidationError:
        pass
    else:
        return
    raise missing


@contextmanager
def sendable() -> Iterator[None]:
    """Say what cannot be sent by the names of what is sent; raises `InputRefused`."""
    wrong = ""
    try:
        yield
    except ValidationError as error:
        said = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = " ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}." for each in said)
    if wrong:
        raise InputRefused(wrong)
