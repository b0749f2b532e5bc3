"""Jobs and mails that run beside the journeys, as an operator sees them. Each method is one transaction."""

from engine import audit
from engine.audit import AuditAction
from engine.clock import Clock
from engine.jobs import JobRecord, Jobs, JobStats
from engine.mail import MailRecord, PostOffice
from engine.store import Database, Write


class Background:
    """Counts jobs, lists what was given up, and has it done again."""

    def __init__(
        self,
        database: Database,
        write: Write,
        jobs: Jobs,
        mail: PostOffice,
        clock: Clock,
    ) -> None:
        self._database = database
        self._write = write
        self._jobs = jobs
        self._mail = mail
        self._clock = clock

    def stats(self) -> JobStats:
        """Count the jobs."""
        with self._database.read() as session:
            return self._jobs.stats(session)

    def failed_jobs(self, limit: int = 100) -> list[JobRecord]:
        """Return the jobs that were given up, the latest first."""
        with self._database.read() as session:
            return self._jobs.failed(session, limit)

    def retry_job(self, job_id: int, **by: str) -> None:
        """Have a job that was given up run now; raises `JobNotFound`. `by` is kept: the account, and its API key."""
        with self._write() as session:
            self._jobs.retry(session, job_id)
            audit.record(session, self._clock, AuditAction.JOB_RETRIED, job=job_id, **by)

    def failed_mails(self, limit: int = 100) -> list[MailRecord]:
        """Return the mails that were given up, the latest first."""
        with self._database.read() as session:
            return self._mail.failed(session, limit)

    def retry_mail(self, mail_id: str, **by: str) -> None:
        """Have a mail that was given up sent now; raises `MailNotFound`. `by` is kept: the account, and its API key."""
        with self._write() as session:
            self._mail.retry(session, mail_id)
            audit.record(session, self._clock, AuditAction.MAIL_RETRIED, mail=mail_id, **by)
