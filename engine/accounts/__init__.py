"""The people who run the installation: who they are, how they sign in, what they may do.

permissions     what there is to permit, and the roles that have it   reference       the same, as a table for the docs
passwords       rules, hashes, one-time passwords                     records         accounts in the database
sessions        browsers in which somebody is signed in               back_off        waits after failures
second_factors  authenticator apps                                    recovery_codes  what stands for a lost one
reset_links     new passwords for who has forgotten one               api_keys        keys of programs
rates           how often something may be done                       desk            what all of it works with

One transaction each, with what the audit trail says of it:
accounts        one's own password and sessions                       own_factor      one's own authenticator app
administration  what is done to the accounts of others                keys            making and using API keys
"""

from engine.accounts.accounts import Accounts
from engine.accounts.administration import AccountEntry, Administration
from engine.accounts.back_off import TooManyAttempts
from engine.accounts.desk import Desk, Rules, SignedIn
from engine.accounts.keys import ApiKeys
from engine.accounts.own_factor import OwnFactor
from engine.accounts.passwords import PasswordRefused
from engine.accounts.permissions import ADMINISTRATOR, GRANTS, ROLES, Permission, Role, permissions_of
from engine.accounts.rates import Budget, TooManyRequests
from engine.accounts.records import AccountNotFound, AccountRecord, IssuedPassword, SignInRefused
from engine.accounts.sessions import Limits

__all__ = [
    "ADMINISTRATOR",
    "GRANTS",
    "ROLES",
    "AccountEntry",
    "AccountNotFound",
    "AccountRecord",
    "Accounts",
    "Administration",
    "ApiKeys",
    "Budget",
    "Desk",
    "IssuedPassword",
    "Limits",
    "OwnFactor",
    "PasswordRefused",
    "Permission",
    "Role",
    "Rules",
    "SignInRefused",
    "SignedIn",
    "TooManyAttempts",
    "TooManyRequests",
    "permissions_of",
]
