"""What can go wrong with storage. Ordinary refusals of a unit are in this family too: they tell what to do next."""

# ruff: noqa: N818 - these are outcomes that callers name, most of them nobody's error

from __future__ import annotations

import traceback


class StorageError(Exception):
    """Nothing of this unit of work was kept."""


class StaleCase(StorageError):
    """Another turn of this conversation was saved first; take the turn again."""


class StaleTicket(StorageError):
    """Somebody else changed this ticket first; read it again and decide again."""


class StaleWatch(StorageError):
    """Another look at this watch was saved first, or the merchant stopped it; there is nothing left to tell."""


class AlreadyDone(StorageError):
    """This update was dealt with before; whatever it asked for has happened."""


class UnknownTicket(StorageError):
    """There is no ticket of this number."""


class DatabaseBusy(StorageError):
    """Another program kept the database locked for too long; nothing was kept, try again."""


class DatabaseFailed(StorageError):
    """The database refused or was lost; nothing of this unit was kept as far as is known. Trying again is safe for
    units that complete an update: if they had been kept after all, ``AlreadyDone`` says so."""


class SchemaBehind(StorageError):
    """The tables are older or newer than this program; run `settledesk db upgrade` with the right version."""


def place_of(error: BaseException) -> str:
    """What an unexpected error is and where it came up, for a log. Its own words may hold what was being read."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{type(error).__name__} at {frames[-1].filename}:{frames[-1].lineno}" if frames else type(error).__name__
