"""How fast Telegram lets a bot speak: some 30 messages a second, 1 a second to a person, 20 a minute to a group."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.pacing import Rate, reserve

OVERALL, PRIVATE, GROUP = Rate(30, 30), Rate(1, 5), Rate(20 / 60, 20)


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits to keep to; None is no limit. The defaults are Telegram's own."""

    overall: Rate | None = OVERALL
    private: Rate | None = PRIVATE
    group: Rate | None = GROUP


UNLIMITED = Limits(None, None, None)


class Pacing:
    """Reserves moments for messages. Times are seconds of any steady clock."""

    MOST_CHATS = 4096

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._overall = 0.0
        self._chats: dict[int, float] = {}
        self._paused: dict[int, float] = {}
        self._paused_all = 0.0

    def reserve_chat(self, chat: int, now: float) -> float:
        """Take the chat's next free moment; returns how many seconds to wait for it."""
        rate = self.limits.private if chat > 0 else self.limits.group
        if rate is None:
            return 0.0
        moment, self._chats[chat] = reserve(self._chats.get(chat, 0.0), rate, now)
        if len(self._chats) > self.MOST_CHATS:
            self._chats = {each: busy for each, busy in self._chats.items() if busy > now}
        return moment - now

    def reserve_overall(self, now: float) -> float:
        """Take the bot's next free moment, once the chat's has come; returns how many seconds to wait for it."""
        if self.limits.overall is None:
            return 0.0
        moment, self._overall = reserve(self._overall, self.limits.overall, now)
        return moment - now

    def pause(self, chat: int, seconds: float, now: float) -> None:
        """Telegram asked for silence, not saying whether in the chat or everywhere: three chats mean everywhere."""
        self._paused = {each: until for each, until in self._paused.items() if until > now}
        self._paused[chat] = max(self._paused.get(chat, 0.0), now + seconds)
        if len(self._paused) >= 3:
            self._paused_all = max(self._paused_all, now + seconds)

    def silence(self, chat: int, now: float) -> float:
        """Seconds for which nothing may be sent to the chat."""
        return max(0.0, self._paused_all - now, self._paused.get(chat, 0.0) - now)
