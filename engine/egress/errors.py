"""Why a call fails. No message holds more of an address than its host: the rest may be secret."""

from engine.errors import Failure, Refused


class TargetRefused(Refused):
    """This address is not called."""

    code = "egress-target-refused"


class HostUnknown(Failure):
    """The name of the host is not known."""

    code = "egress-host-unknown"
    retry_helps = True


class NoConnection(Failure):
    """The host cannot be reached, or the connection broke off."""

    code = "egress-no-connection"
    retry_helps = True


class CertificateInvalid(Failure):
    """The certificate of the host is not valid."""

    code = "egress-certificate-invalid"
    retry_helps = True


class TooSlow(Failure):
    """The host did not answer in time."""

    code = "egress-too-slow"
    retry_helps = True


class AnswerUnreadable(Failure):
    """The host answered, but not in HTTP."""

    code = "egress-answer-unreadable"
    retry_helps = True
