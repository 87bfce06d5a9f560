"""Knowledge admins: ``/kb``, files that they send to the bot, and the buttons that come of both."""

from __future__ import annotations

from collections.abc import Sequence

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message, Update

from handlers.filing import Filing
from handlers.librarian import Librarian
from handlers.reading import admin_of, admin_of_callback, sent_file_of
from storage.base_files import is_content

COMMAND = "/kb"


def router(admins: Sequence[int]) -> Router:
    """The router of these admins; everybody else's ``/kb`` is a command like any that there is not."""
    admin = Router(name="admin")
    known = frozenset(admins)

    async def asked(message: Message) -> bool:
        return _is(message, known) and (message.text or "").split(" ", 1)[0].partition("@")[0].lower() == COMMAND

    async def sent(message: Message) -> bool:
        """Only in private: in the group a document belongs to the ticket in whose topic it is."""
        document = message.document
        private = message.chat.type == "private" and document is not None
        return private and _is(message, known) and is_content((document and document.file_name) or "")

    async def pressed(query: CallbackQuery) -> bool:
        return query.from_user.id in known and (query.data or "").startswith("kb:")

    admin.message.register(on_command, F.text, asked)
    admin.message.register(on_file, F.document, sent)
    admin.callback_query.register(on_press, pressed)
    return admin


def _is(message: Message, known: frozenset[int]) -> bool:
    return message.from_user is not None and message.from_user.id in known


async def on_command(message: Message, event_update: Update, librarian: Librarian) -> None:
    """``/kb`` and what follows it."""
    argument = (message.text or "").partition(" ")[2]
    await librarian.command(admin_of(message, event_update.update_id, librarian.base()), argument)


async def on_file(message: Message, event_update: Update, filing: Filing) -> None:
    """A changed file."""
    await filing.receive(admin_of(message, event_update.update_id, filing.base()), sent_file_of(message))


async def on_press(query: CallbackQuery, event_update: Update, filing: Filing) -> None:
    """A button under a proposed or placed change."""
    action, token, index = (*(query.data or "").split(":")[1:4], "", "", "")[:3]
    number = int(index) if index.isdecimal() else 0
    await filing.press(admin_of_callback(query, event_update.update_id, filing.base()), action, token, number)
