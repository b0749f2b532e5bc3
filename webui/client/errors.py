"""Why a call does not come to a good end. No message, no attribute and no cause ever holds the API key."""

from collections.abc import Mapping
from http import HTTPStatus

from engine.accounts import Permission
from engine.errors import IdflowError
from webui.api.models.problem import FieldError, Problem


class CallFailed(IdflowError):
    """The server could not be asked."""

    code = "call-failed"


class ServerUnreachable(CallFailed):
    """Nobody answers there."""

    code = "server-unreachable"
    retry_helps = True


class CertificateRefused(CallFailed):
    """The server's certificate is not one that this machine trusts."""

    code = "server-certificate"


class AnswerUnreadable(CallFailed):
    """What answers is no Idflow that this version understands."""

    code = "server-answer"


class NotModified(CallFailed):
    """It is what was seen already."""

    code = "not-modified"


class ProblemAnswered(CallFailed):
    """The server says what is wrong."""

    remedy = ""
    """What to do about it, besides what the server says."""

    def __init__(self, problem: Problem, needs: Permission | None = None, retry_after: float | None = None) -> None:
        self.problem = problem
        self.needs = needs
        """The permission of the operation."""
        self.retry_after = retry_after
        """How many seconds to wait, where the server says so."""
        self.code = problem.code  # type: ignore[misc] # the server's: one class stands for many codes
        super().__init__(" ".join(part for part in (problem.detail, *self._fields(), self._what_to_do()) if part))

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.problem.status

    @property
    def errors(self) -> tuple[FieldError, ...]:
        """What is wrong with the request, all of it."""
        return self.problem.errors

    @property
    def request(self) -> str:
        """The id of the request, which the server's log has, too."""
        return self.problem.request

    def _fields(self) -> list[str]:
        said = ((each.pointer or each.parameter or "", each.detail) for each in self.errors)
        return [f"{where}: {detail}." if where else detail for where, detail in said if detail != self.problem.detail]

    def _what_to_do(self) -> str:
        return self.remedy


class KeyRefused(ProblemAnswered):
    """The key is no good one (401)."""

    remedy = "Look at Settings > API keys, and at IDFLOW_API_KEY."


class NotPermitted(ProblemAnswered):
    """The key does not have the permission (403)."""

    def _what_to_do(self) -> str:
        return f"It needs {self.needs.value}." if self.needs else ""


class NothingThere(ProblemAnswered):
    """There is no such thing, or no longer (404, 410)."""


class OtherwiseNow(ProblemAnswered):
    """Something else was first, or it has changed since it was seen (409, 412, 428)."""


class NotTaken(ProblemAnswered):
    """The request cannot be taken (400, 413, 415, 422)."""


class TooMany(ProblemAnswered):
    """There were too many requests (429)."""

    retry_helps = True

    def _what_to_do(self) -> str:
        return f"Wait {self.retry_after:.0f} seconds." if self.retry_after else "Wait a minute."


class ServerBroken(ProblemAnswered):
    """Something broke, or there is too much to do (500, 503)."""

    def _what_to_do(self) -> str:
        reference = f"Reference: {self.problem.reference}. " if self.problem.reference else ""
        return f"{reference}The server's log has it as request {self.request}."


_KINDS: Mapping[int, type[ProblemAnswered]] = {
    HTTPStatus.UNAUTHORIZED: KeyRefused,
    HTTPStatus.FORBIDDEN: NotPermitted,
    HTTPStatus.NOT_FOUND: NothingThere,
    HTTPStatus.GONE: NothingThere,
    HTTPStatus.CONFLICT: OtherwiseNow,
    HTTPStatus.PRECONDITION_FAILED: OtherwiseNow,
    HTTPStatus.PRECONDITION_REQUIRED: OtherwiseNow,
    HTTPStatus.TOO_MANY_REQUESTS: TooMany,
}


def kind_of(status: int) -> type[ProblemAnswered]:
    """Return the class of error for a status."""
    return _KINDS.get(status) or (ServerBroken if status >= HTTPStatus.INTERNAL_SERVER_ERROR else NotTaken)
