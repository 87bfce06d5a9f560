"""The methods that are played, by lower-case name. Importing this package fills the register."""

from bot.sandbox.methods import (
    callbacks,
    chats,
    copying,
    deleting,
    editing,
    inline,
    media,
    pins,
    profile,
    reactions,
    sending,
    topics,
)
from bot.sandbox.methods.register import HANDLERS, Handler

__all__ = [
    "HANDLERS",
    "Handler",
    "callbacks",
    "chats",
    "copying",
    "deleting",
    "editing",
    "inline",
    "media",
    "pins",
    "profile",
    "reactions",
    "sending",
    "topics",
]
