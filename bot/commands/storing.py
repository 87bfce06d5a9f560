"""Commands that look into the database: opened, read, closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from bot.commands.printing import complain
from bot.settings import read_settings
from storage.database import Storage
from storage.errors import StorageError

T = TypeVar("T")


def with_storage(work: Callable[[Storage], Awaitable[T]]) -> T:
    """What ``work`` makes of the database of DATABASE_URL; one that does not answer ends the command with code 1."""

    async def run() -> T:
        storage = Storage.open(read_settings().database_url)
        try:
            return await work(storage)
        finally:
            await storage.close()

    try:
        return asyncio.run(run())
    except StorageError as error:
        complain(str(error))
        raise typer.Exit(1) from None
