"""From the outbox to Telegram: in order per lane, many lanes at once, never dropped, failures made visible."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush

from bot.delivery import Courier, Delivered, Delivery, Impossible, Later, Moved, Places, TopicLost, forgotten
from bot.pacing import Pacing
from bot.speaking import typing_call
from bot.telegram import Telegram
from knowledge.postings import Answer, Posting, Typing
from storage.database import Storage
from storage.errors import StorageError
from storage.outbox import Letter, Sent
from storage.unit import Unit

log = logging.getLogger(__name__)

LANES_AT_ONCE = 32
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
ANSWER_IN_TIME = timedelta(seconds=60)
"""Telegram forgets a pressed button soon; an answer later than this is not worth a call."""

Undelivered = Callable[[Posting, str], Awaitable[None]]
LostTopic = Callable[[int], Awaitable[None]]
MovedGroup = Callable[[int, int], Awaitable[None]]


class Lane:
    """The letters of one chat or topic that wait, and how often the first one failed."""

    __slots__ = ("letters", "pauses", "unsure", "wake")

    def __init__(self) -> None:
        self.letters: list[tuple[bool, int, Letter]] = []
        self.pauses = 0
        self.unsure: set[int] = set()
        self.wake = asyncio.Event()


class Sender:
    """Sends what is committed. ``undelivered`` is told of what Telegram refused for good, ``topic_lost`` has to post
    a new topic for a ticket to the front of its lane, ``moved`` hears of a group's new id.
    """

    def __init__(
        self,
        storage: Storage,
        telegram: Telegram,
        pacing: Pacing,
        clock: Callable[[], datetime],
        *,
        undelivered: Undelivered,
        topic_lost: LostTopic,
        moved: MovedGroup | None = None,
        catch_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._storage = storage
        self._telegram = telegram
        self._pacing = pacing
        self._clock = clock
        self._undelivered = undelivered
        self._topic_lost = topic_lost
        self._moved = moved
        self.places = Places(storage)
        self._courier = Courier(telegram, self.places, catch_up)
        self._lanes: dict[str, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_once = asyncio.Semaphore(LANES_AT_ONCE)
        self._done: list[Sent] = []
        self._marking: asyncio.Task[None] | None = None
        self._restarted: set[int] = set()
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier run left unsent, then whatever is posted from now on."""
        beyond = 0
        while letters := await self._storage.read(lambda unit, after=beyond: unit.outbox.pending(beyond=after)):  # type: ignore[misc]
            beyond = letters[-1].id
            self._restarted.update(letter.id for letter in letters)
            self.hand_on(letters)
        self._storage.on_posted(self.hand_on)

    def hand_on(self, letters: Sequence[Letter]) -> None:
        """Queue letters that are in the outbox."""
        for letter in letters:
            lane = self._lanes.get(letter.lane)
            if lane is None:
                lane = self._lanes[letter.lane] = Lane()
                if not self._stopping:
                    self._begin(letter.lane, lane)
            heappush(lane.letters, (*letter.order, letter))
            lane.wake.set()

    def typing(self, posting: Typing) -> None:
        """Show that an answer is being prepared; nobody waits for it and nothing is tried again."""
        task = asyncio.create_task(self._type(posting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self) -> None:
        """Wait until everything that can be sent now is sent and marked."""
        while self._tasks or self._done:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._mark()

    async def stop(self, grace: float = 5.0) -> None:
        """Let what is under way finish, within ``grace`` seconds; the rest stays in the outbox."""
        self._stopping = True
        for lane in self._lanes.values():
            lane.wake.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._mark()

    async def _type(self, posting: Typing) -> None:
        await self._telegram.call(typing_call(posting), 5)

    def _begin(self, name: str, lane: Lane) -> None:
        task = asyncio.create_task(self._run(name, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, lane: Lane) -> None:
        while lane.letters and not self._stopping:
            letter = lane.letters[0][2]
            try:
                wait = await self._once(lane, letter)
            except StorageError as error:
                log.error("the outbox could not be written, letter %s waits: %s", letter.id, error)
                wait = self._pause(lane)
            if wait:
                await self._rest(lane, wait)
        if not lane.letters and self._lanes.get(name) is lane:
            del self._lanes[name]

    async def _once(self, lane: Lane, letter: Letter) -> float:
        """Try the lane's first letter; returns the seconds to wait before the next try, 0 to go on at once."""
        wait = self._too_early(letter)
        if wait > 0:
            return wait
        posting = letter.posting
        if isinstance(posting, Answer) and self._clock() - letter.created_at > ANSWER_IN_TIME:
            self._settle(lane, letter, Delivered(note="too late for an answer"))
            return 0.0
        await self._paced(posting)
        async with self._at_once:
            unsure = letter.id in lane.unsure or letter.id in self._restarted
            delivery = await self._courier.deliver(posting, unsure=unsure)
        return await self._outcome(lane, letter, delivery)

    async def _outcome(self, lane: Lane, letter: Letter, delivery: Delivery) -> float:
        match delivery:
            case Delivered():
                self._settle(lane, letter, delivery)
                return 0.0
            case Later():
                return await self._later(lane, letter, delivery)
            case Impossible(reason):
                self._drop(lane, letter)
                now = self._clock()
                await self._storage.run(lambda unit: unit.outbox.failed(letter.id, reason, now))
                log.warning("letter %s to %s was refused: %s", letter.id, letter.lane, reason)
                await self._undelivered(letter.posting, reason)
                return 0.0
            case TopicLost(ticket):
                return await self._without_topic(lane, ticket)
            case Moved(chat):
                self._courier.moved(letter.posting.chat, chat)
                log.warning("the group %s is now %s; put the new id into SUPPORT_CHAT_ID", letter.posting.chat, chat)
                if self._moved is not None:
                    await self._moved(letter.posting.chat, chat)
                return 0.0

    async def _later(self, lane: Lane, letter: Letter, later: Later) -> float:
        if later.unsure:
            lane.unsure.add(letter.id)
        if later.seconds is not None:
            wait = later.seconds
            self._pacing.pause(letter.posting.chat, wait, asyncio.get_running_loop().time())
        else:
            wait = self._pause(lane)
        until = self._clock() + timedelta(seconds=wait)
        log.info("letter %s waits %.1f s: %s", letter.id, wait, later.reason)
        await self._storage.run(lambda unit: unit.outbox.postpone(letter.id, later.reason, until))
        return wait

    async def _without_topic(self, lane: Lane, ticket: int) -> float:
        """The ticket's topic is gone: a new one goes to the front of its lane; this letter follows it."""
        place = await self.places.of(ticket)
        before = lane.letters[0][1]
        forgotten(place)
        await self._storage.run(lambda unit: unit.tickets.place_topic(ticket, None))
        await self._topic_lost(ticket)
        # nothing came to the front: nobody knows the ticket, its messages go to the group itself
        if lane.letters and lane.letters[0][1] == before:
            forgotten(place, homeless=True)
        return 0.0

    def _settle(self, lane: Lane, letter: Letter, delivered: Delivered) -> None:
        self._drop(lane, letter)
        self._done.append(Sent(letter, delivered.messages, delivered.note))
        if self._marking is None or self._marking.done():
            self._marking = asyncio.create_task(self._mark())
            self._tasks.add(self._marking)
            self._marking.add_done_callback(self._tasks.discard)

    async def _mark(self) -> None:
        """One commit for all that was sent meanwhile."""
        while self._done:
            done, self._done = self._done, []
            try:
                await self._storage.run(partial(_mark_sent, done, self._clock()))
            except StorageError as error:
                log.error("%s sent letters could not be marked, they will be: %s", len(done), error)
                self._done = done + self._done
                if self._stopping:
                    return
                await asyncio.sleep(FIRST_PAUSE)

    def _drop(self, lane: Lane, letter: Letter) -> None:
        if lane.letters and lane.letters[0][2] is letter:
            heappop(lane.letters)
        else:  # something came to the front meanwhile
            lane.letters = [entry for entry in lane.letters if entry[2] is not letter]
        lane.unsure.discard(letter.id)
        self._restarted.discard(letter.id)
        lane.pauses = 0

    def _too_early(self, letter: Letter) -> float:
        silence = self._pacing.silence(letter.posting.chat, asyncio.get_running_loop().time())
        if letter.not_before is None:
            return silence
        return max(silence, (letter.not_before - self._clock()).total_seconds())

    async def _paced(self, posting: Posting) -> None:
        """Wait for the chat's and the bot's next free moment; answers to buttons are not messages."""
        if isinstance(posting, Answer):
            return
        time = asyncio.get_running_loop().time
        wait = self._pacing.reserve_chat(posting.chat, time())
        if wait > 0:
            await asyncio.sleep(wait)
        wait = self._pacing.reserve_overall(time())
        if wait > 0:
            await asyncio.sleep(wait)

    def _pause(self, lane: Lane) -> float:
        lane.pauses += 1
        pause: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(lane.pauses - 1, 8))
        return pause * random.uniform(0.7, 1.3)  # noqa: S311

    async def _rest(self, lane: Lane, seconds: float) -> None:
        """Wait, but hear of what comes to the front of the lane, and of the end."""
        lane.wake.clear()
        first = lane.letters[0][1] if lane.letters else None
        deadline = asyncio.get_running_loop().time() + seconds
        while not self._stopping and (left := deadline - asyncio.get_running_loop().time()) > 0:
            try:
                await asyncio.wait_for(lane.wake.wait(), left)
            except TimeoutError:
                return
            lane.wake.clear()
            if lane.letters and lane.letters[0][1] != first:
                return


def _mark_sent(done: Sequence[Sent], now: datetime, unit: Unit) -> None:
    unit.outbox.sent(done, now)
