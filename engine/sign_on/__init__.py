"""Signing in to the backoffice at an OpenID provider (OpenID Connect Core 1.0, with RFC 9700).

Only this package knows the protocol, and the libraries that speak it.

reasons     why a sign-in is refused              wire      what goes over the network, within limits
provider    what the provider says of itself      pending   sign-ins that have begun, in the browser
id_token    who the provider says it was          claims    what that makes of somebody here
arrivals    which account that is, or becomes     links     accounts that are linked by their owners, or others
conversation  what is asked of the provider       sign_on   all of it: the façade
"""

from engine.sign_on.conversation import Answer
from engine.sign_on.links import NoProvider, OnlyWayIn
from engine.sign_on.pending import LASTS, Purpose
from engine.sign_on.reasons import ProviderUnavailable, SignOnRefused, Why
from engine.sign_on.sign_on import Begun, Finished, SingleSignOn

__all__ = [
    "LASTS",
    "Answer",
    "Begun",
    "Finished",
    "NoProvider",
    "OnlyWayIn",
    "ProviderUnavailable",
    "Purpose",
    "SignOnRefused",
    "SingleSignOn",
    "Why",
]
