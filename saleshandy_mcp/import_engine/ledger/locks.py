"""One process for a job: a lock on a file. The system frees it when the process ends; it never ends by time."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from saleshandy_mcp.core.errors import Mistake
from saleshandy_mcp.core.view import NextCall
from saleshandy_mcp.import_engine.ledger.ledger import Ledger, LedgerTrouble

if TYPE_CHECKING:
    from filelock import FileLock

_CONTENTION = 0.2
"""Seconds to wait for a lock: somebody may just be checking whether it is held."""


def lock_job(ledger: Ledger, job: str) -> "FileLock":
    """The lock of a job, held. Whoever calls this releases it.

    Raises:
        Mistake: when another process, or another part of this one, works on the job.
    """
    try:
        _folder(ledger).mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = _lock(ledger, job)
        lock.acquire(timeout=_CONTENTION)
    except TimeoutError:
        raise Mistake(
            f"job: {job} is being worked on already",
            "See how it stands",
            next=NextCall.of("check_import_status", job=job),
        ) from None
    except OSError as error:
        raise LedgerTrouble(f"the folder of the import ledger cannot be written ({error.strerror})") from None
    return lock


@contextmanager
def locked(ledger: Ledger, job: str) -> Generator[None]:
    """Hold the lock of a job meanwhile.

    Raises:
        Mistake: when somebody else works on the job.
    """
    lock = lock_job(ledger, job)
    try:
        yield
    finally:
        lock.release()


def is_locked(ledger: Ledger, job: str) -> bool:
    """Whether somebody works on a job, in whatever process."""
    if not _folder(ledger).is_dir():  # nothing was ever locked; the library would make a folder that others can read
        return False
    lock = _lock(ledger, job)
    try:
        lock.acquire(timeout=0)
    except TimeoutError:
        return True
    except OSError:  # a folder that cannot be written holds no lock of ours
        return False
    lock.release()
    return False


def _lock(ledger: Ledger, job: str) -> "FileLock":
    # PLC0415: most sessions import nobody, and a start must not wait for it.
    from filelock import FileLock  # noqa: PLC0415

    return FileLock(_folder(ledger) / f"{job}.lock")


def _folder(ledger: Ledger) -> Path:
    return ledger.path.parent / "locks"
