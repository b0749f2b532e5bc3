"""Opening the secret of a registration."""

from engine.identity import CredentialRecord, Identity
from engine.store import Database
from engine.variables import SecretReference

INSTANCE = "the-instance"


def reveal(database: Database, identity: Identity, credential: CredentialRecord, kind: str = "totp-secret") -> str:
    with database.read() as session:
        return identity.reveal(session, SecretReference(kind, credential.id, INSTANCE))
