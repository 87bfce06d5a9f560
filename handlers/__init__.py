"""Use cases, and the aiogram routers that call them (``handlers.routers``); this alone imports no Telegram library."""
