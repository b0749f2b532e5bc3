"""The people who run the installation: who they are, how they sign in, what they may do.

permissions  what there is to permit, and the roles that have it    passwords  rules, hashes, one-time passwords
records      accounts in the database                              sessions   browsers in which somebody is signed in
back_off     waits after failures                                  accounts   all of it together, one transaction each
"""

from engine.accounts.accounts import Accounts, SignedIn
from engine.accounts.back_off import TooManyAttempts
from engine.accounts.passwords import PasswordRefused
from engine.accounts.permissions import ADMINISTRATOR, ROLES, Permission, permissions_of
from engine.accounts.records import AccountNotFound, AccountRecord, IssuedPassword, SignInRefused

__all__ = [
    "ADMINISTRATOR",
    "ROLES",
    "AccountNotFound",
    "AccountRecord",
    "Accounts",
    "IssuedPassword",
    "PasswordRefused",
    "Permission",
    "SignInRefused",
    "SignedIn",
    "TooManyAttempts",
    "permissions_of",
]
