"""Why an installation is not copied. In each case the target is left without a row."""

from engine.errors import Failure, NotFound, Refused


class PostgresNotNamed(Refused):
    """Set IDFLOW_DATABASE_URL to the database on PostgreSQL."""

    code = "postgres-not-named"


class SourceMissing(NotFound):
    """There is no installation to copy."""

    code = "source-missing"


class SourceKeyMissing(NotFound):
    """The key-encryption key is missing: it is in keys/kek of the data folder, or in IDFLOW_KEY or IDFLOW_KEY_FILE."""

    code = "source-key-missing"


class SourceTrailBroken(Refused):
    """The audit trail to be copied is not what was signed; look at it with idflow audit verify. --force copies it."""

    code = "source-trail-broken"


class VersionsDiffer(Refused):
    """The tables do not have the version of this program."""

    code = "database-versions-differ"


class SourceNotUpgraded(Refused):
    """An older version of Idflow has left jobs. Let an idflow worker of this version run for a minute."""

    code = "source-not-upgraded"


class TargetNotEmpty(Refused):
    """There is something in the database that was to be copied to."""

    code = "target-not-empty"


class RowsRefused(Refused):
    """The target cannot keep what is in a table."""

    code = "rows-refused"


class CopyDiffers(Failure):
    """What was read back is not what was written. Nothing was kept; try again, and report it should it happen again."""

    code = "copy-differs"
