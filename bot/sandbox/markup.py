"""Keyboards: checked as Telegram checks them, and split into what a message carries and what the chat shows."""

from __future__ import annotations

from typing import Any, Final

from bot.sandbox.refusals import bad

Json = dict[str, Any]

_ACTIONS: Final = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_LOOKS: Final = frozenset({"text", "icon_custom_emoji_id", "style"})
_KEY: Final = _LOOKS | {
    "request_contact",
    "request_location",
    "request_poll",
    "request_users",
    "request_chat",
    "request_managed_bot",
    "web_app",
}
_REPLY: Final = frozenset(
    {"keyboard", "is_persistent", "resize_keyboard", "one_time_keyboard", "input_field_placeholder", "selective"}
)
_STYLES: Final = frozenset({"primary", "success", "danger"})


def _only(value: Json, known: frozenset[str], kind: str) -> None:
    for name in value:
        if name not in known:
            raise bad(f"field {name} is unknown to {kind}")
    if value.get("style") is not None and value["style"] not in _STYLES:
        raise bad(f"unknown style of {kind}")


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list) or not all(isinstance(row, list) for row in value):
        raise bad(f"can't parse {what}: Field must be of type Array of Array")
    return [row for row in value if row]


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: Object expected")
    _only(button, _LOOKS | _ACTIONS, "InlineKeyboardButton")
    text = button.get("text")
    if not isinstance(text, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not text.strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [name for name in button if name in _ACTIONS]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one action is expected")
    if "callback_data" in button:
        data = button["callback_data"]
        if not isinstance(data, str) or not 1 <= len(data.encode()) <= 64:
            raise bad("BUTTON_DATA_INVALID")
    if "url" in button:
        url = button["url"]
        if not isinstance(url, str) or not url.startswith(("http://", "https://", "tg://")) or len(url) < 9:
            raise bad("BUTTON_URL_INVALID")
    return button


def inline_keyboard(markup: Json) -> Json | None:
    """An inline keyboard as the message carries it; None when it has no buttons."""
    _only(markup, frozenset({"inline_keyboard"}), "InlineKeyboardMarkup")
    rows = [[_inline_button(button) for button in row] for row in _rows(markup["inline_keyboard"], "inline keyboard")]
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad("reply markup is too long")
    return {"inline_keyboard": rows} if rows else None


def _key(button: Any, *, private: bool) -> Json:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad("can't parse keyboard button: Can't find field \"text\"")
    _only(button, _KEY, "KeyboardButton")
    if not button["text"].strip():
        raise bad("keyboard button text must be non-empty")
    if button.get("request_contact") and not private:
        raise bad("phone number can be requested in private chats only")
    if button.get("request_location") and not private:
        raise bad("location can be requested in private chats only")
    return button


def reply_keyboard(markup: Json, *, private: bool) -> Json:
    """A reply keyboard as the control API shows it, without the message that brought it."""
    _only(markup, _REPLY, "ReplyKeyboardMarkup")
    rows = [[_key(button, private=private) for button in row] for row in _rows(markup["keyboard"], "keyboard")]
    if not rows:
        raise bad("reply keyboard must have at least one button")
    return {
        "rows": rows,
        "resize": bool(markup.get("resize_keyboard")),
        "one_time": bool(markup.get("one_time_keyboard")),
        "persistent": bool(markup.get("is_persistent")),
        "placeholder": markup.get("input_field_placeholder") or "",
    }


class Markup:
    """What ``reply_markup`` asked for: ``inline`` for the message; ``keyboard`` or ``remove`` for the chat."""

    __slots__ = ("inline", "keyboard", "remove")

    def __init__(self, inline: Json | None = None, keyboard: Json | None = None, *, remove: bool = False) -> None:
        self.inline = inline
        self.keyboard = keyboard
        self.remove = remove


NONE: Final = Markup()


def read_markup(markup: Json | None, *, private: bool) -> Markup:
    """Check a reply_markup; Refused (400) says what is wrong."""
    if markup is None:
        return NONE
    if "inline_keyboard" in markup:
        return Markup(inline_keyboard(markup))
    if "keyboard" in markup:
        return Markup(keyboard=reply_keyboard(markup, private=private))
    if "remove_keyboard" in markup:
        _only(markup, frozenset({"remove_keyboard", "selective"}), "ReplyKeyboardRemove")
        return Markup(remove=bool(markup["remove_keyboard"]))
    if "force_reply" in markup:
        _only(markup, frozenset({"force_reply", "input_field_placeholder", "selective"}), "ForceReply")
        return NONE
    raise bad("object expected as reply markup")


def buttons(message: Json) -> list[tuple[int, int, Json]]:
    """(row, column, button) of a message's inline keyboard."""
    markup = message.get("reply_markup") or {}
    return [
        (row, column, button)
        for row, line in enumerate(markup.get("inline_keyboard", ()))
        for column, button in enumerate(line)
    ]
