"""From the outbox to Telegram: in order per lane, many lanes at once, never dropped, failures made visible."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from bot.delivery import Courier, Delivered, Delivery, Held, Impossible, Later, Message, Moved, TopicLost
from bot.holding import Holds, Menders
from bot.lanes import Lane
from bot.marking import Arrived, Marking
from bot.pacing import Pacing
from bot.places import Places, forgotten
from bot.speaking import typing_call
from bot.telegram import Telegram
from handlers.groups import Groups, Trouble
from knowledge.postings import Album, Answer, Card, Delete, Posting, React, Suggest, Topic, Typing
from storage.database import Storage
from storage.errors import StorageError
from storage.outbox import Letter, Sent
from storage.unit import Unit

log = logging.getLogger(__name__)

LANES_AT_ONCE = 32
SWEEP_EVERY = 5.0
"""Seconds between two looks into the outbox for letters that nobody handed on: another program's, or those of a commit
whose confirmation was lost."""
MISHAPS = 8
"""So often may our own code stumble over a letter before it is given up like a refused one."""
LOSSES = 3
"""A topic that is lost so often without a message arriving in it is no topic: forums of a million messages lose it."""
HELD_SECONDS = 30.0
"""So long a letter rests that waits for its group to be mended, unless it is roused; trying costs no call."""
ASIDE_SECONDS = 60.0
"""How long a title or an icon waits that may not be changed just now."""
ANSWER_IN_TIME = timedelta(seconds=60)
"""Telegram forgets a pressed button soon; an answer later than this is not worth a call."""
LANDING_SECONDS = 2.0
"""So long somebody's answer waits at most for the note of what it answers."""


Undelivered = Callable[[Unit, Letter, str], None]
LostTopic = Callable[[int], Awaitable[None]]


class Sender:
    """Sends what is committed. ``undelivered`` is told of what Telegram refused for good, ``delivered`` of what became
    messages, each within the commit that notes it; ``topic_lost`` has to post a new topic for a ticket to the front of
    its lane; ``menders`` hear of groups that are in trouble or moved.
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
        groups: Groups,
        menders: Menders,
        delivered: Arrived | None = None,
        catch_up: Callable[[], Awaitable[None]] | None = None,
        sweep_every: float = SWEEP_EVERY,
    ) -> None:
        self._storage = storage
        self._telegram = telegram
        self._pacing = pacing
        self._clock = clock
        self._undelivered = undelivered
        self._topic_lost = topic_lost
        self._groups = groups
        self._menders = menders
        self.places = Places(storage)
        self.holds = Holds(telegram, menders, self._rouse)
        self._courier = Courier(telegram, self.places, groups, self.holds, catch_up)
        self.icons = self._courier.icons
        self._lanes: dict[str, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._at_once = asyncio.Semaphore(LANES_AT_ONCE)
        self._going: dict[int, set[asyncio.Future[None]]] = {}
        self._marking = Marking(storage, clock, delivered, self._forget)
        self._restarted: set[int] = set()
        self._known: set[int] = set()
        self._settled: set[int] = set()
        self._settled_before: set[int] = set()
        self._losses: dict[int, int] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._sweep_every = sweep_every
        self._sweeping: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Take up what an earlier run left unsent, and from now on whatever is posted."""
        self._storage.on_posted(self.hand_on)
        await self._sweep(restarted=True)
        self._sweeping = asyncio.create_task(self._keep_sweeping())

    def hand_on(self, letters: Sequence[Letter]) -> None:
        """Queue letters that are in the outbox; one that is queued already, or was sent just now, is left out."""
        for letter in letters:
            if letter.id in self._known or letter.id in self._settled or letter.id in self._settled_before:
                continue
            self._known.add(letter.id)
            wanted = None if letter.attempts else letter.not_before
            ahead = 0.0 if wanted is None else (wanted - self._clock()).total_seconds()
            if ahead > 0:  # it keeps nobody waiting until its time has come
                self._timers[letter.id] = asyncio.get_running_loop().call_later(ahead, self._queue, letter)
            else:
                self._queue(letter)

    def _queue(self, letter: Letter) -> None:
        self._timers.pop(letter.id, None)
        lane = self._lanes.get(letter.lane)
        if lane is None:
            lane = self._lanes[letter.lane] = Lane()
            if not self._stopping:
                self._begin(letter.lane, lane)
        lane.add(letter)

    def typing(self, posting: Typing) -> None:
        """Show that an answer is being prepared; nobody waits for it and nothing is tried again."""
        task = asyncio.create_task(self._type(posting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def landed(self, chat: int) -> None:
        """Wait until what is on its way to a chat is noted, at most ``LANDING_SECONDS``: people see it before we do."""
        if going := self._going.get(chat):
            await asyncio.wait(tuple(going), timeout=LANDING_SECONDS)

    async def idle(self) -> None:
        """Wait until everything that can be sent now is sent and marked."""
        while self._tasks or self._marking.busy:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._marking.idle()

    async def stop(self, grace: float = 5.0) -> None:
        """Let what is under way finish, within ``grace`` seconds; the rest stays in the outbox."""
        self._stopping = True
        for timer in self._timers.values():
            timer.cancel()
        if self._sweeping is not None:
            self._sweeping.cancel()
        await self.holds.stop()
        self._rouse()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._marking.end()

    async def _keep_sweeping(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_every)
            # What is marked as sent while we read may still look unsent in what we read: it stays known a round longer.
            self._settled_before, self._settled = self._settled, set()
            try:
                await self._sweep()
            except StorageError as error:
                log.warning("the outbox could not be read: %s", error)

    async def _sweep(self, *, restarted: bool = False) -> None:
        """Hand on every letter that waits. ``restarted``: an earlier run may have sent them without marking it."""
        beyond = 0
        while letters := await self._storage.read(partial(_waiting_after, beyond)):
            beyond = letters[-1].id
            if restarted:  # known before a lane begins: it goes on while the next letters are read
                self._restarted.update(letter.id for letter in letters)
            self.hand_on(letters)

    async def _type(self, posting: Typing) -> None:
        await self._telegram.call(typing_call(posting), 5)

    def _begin(self, name: str, lane: Lane) -> None:
        task = asyncio.create_task(self._run(name, lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, name: str, lane: Lane) -> None:
        while lane.letters and not self._stopping:
            letter = lane.first
            try:
                wait = await self._once(lane, letter)
            except StorageError as error:
                log.error("the outbox could not be written, letter %s waits: %s", letter.id, error)
                wait = lane.pause()
            except Exception as error:
                log.exception("letter %s to %s", letter.id, letter.lane)
                wait = await self._stumbled(lane, letter, error)
            if wait:
                await lane.rest(wait)
        if not lane.letters and self._lanes.get(name) is lane:
            del self._lanes[name]

    async def _once(self, lane: Lane, letter: Letter) -> float:
        """Try the lane's first letter; returns the seconds to wait before the next try, 0 to go on at once."""
        lane.roused = False
        posting = await self._courier.addressed(letter.posting)
        letter = letter if posting is letter.posting else lane.readdress(letter, posting)
        if (silence := self._pacing.silence(posting.chat, asyncio.get_running_loop().time())) > 0:
            return silence
        if isinstance(posting, Answer | Suggest) and self._clock() - letter.created_at > ANSWER_IN_TIME:
            await self._settle(lane, letter, Delivered(note="too late for an answer"))
            return 0.0
        if isinstance(posting, Card | Topic) and await self._superseded(lane, letter, posting):
            await self._settle(lane, letter, Delivered(note="a later one says it"))
            return 0.0
        if (instead := await self._courier.instead(posting)) is not None:
            return await self._outcome(lane, letter, instead)
        await self._paced(posting)
        with self._on_its_way(posting.chat):
            async with self._at_once:
                unsure = letter.id in lane.unsure or letter.id in self._restarted
                delivery = await self._courier.deliver(posting, unsure=unsure)
            return await self._outcome(lane, letter, delivery)

    @contextmanager
    def _on_its_way(self, chat: int) -> Iterator[None]:
        noted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._going.setdefault(chat, set()).add(noted)
        try:
            yield
        finally:
            noted.set_result(None)
            self._going[chat].discard(noted)
            if not self._going[chat]:
                del self._going[chat]

    async def _outcome(self, lane: Lane, letter: Letter, delivery: Delivery) -> float:
        match delivery:
            case Delivered():
                await self._shown(letter)
                await self._settle(lane, letter, delivery)
                return 0.0
            case Later():
                return await self._later(lane, letter, delivery)
            case Impossible(reason):
                log.warning("letter %s to %s was refused: %s", letter.id, letter.lane, reason)
                await self._give_up(lane, letter, reason)
                return 0.0
            case TopicLost(ticket):
                return await self._without_topic(lane, letter, ticket)
            case Held():
                return await self._hold(lane, letter, delivery)
            case Moved(chat):
                log.warning("the group %s is now %s; put the new id into SUPPORT_CHAT_ID", letter.posting.chat, chat)
                await self._menders.moved(letter.posting.chat, chat)
                return 0.0 if self._groups.now(letter.posting.chat) == chat else lane.pause()

    async def _hold(self, lane: Lane, letter: Letter, held: Held) -> float:
        """It waits until the group is mended; a title or an icon alone does so beside the lane."""
        reason = f"waits for the group {held.chat} to be mended: {held.trouble.kind}"
        if not await self.holds.meet(held.chat, held.trouble):
            return await self._stumbled(lane, letter, RuntimeError(f"nothing wrong is seen, yet it {reason}"))
        if lane.held != letter.id or held.aside:
            until = self._clock() + timedelta(seconds=ASIDE_SECONDS)
            await self._storage.run(lambda unit: unit.outbox.postpone(letter.id, reason, until))
        if held.aside:
            self._drop(lane, letter)
            self._timers[letter.id] = asyncio.get_running_loop().call_later(ASIDE_SECONDS, self._queue, letter)
            return 0.0
        lane.held = letter.id
        return HELD_SECONDS

    def _rouse(self) -> None:
        """A group is good again: whatever rests is tried."""
        for lane in self._lanes.values():
            lane.rouse()

    async def _later(self, lane: Lane, letter: Letter, later: Later) -> float:
        if later.unsure:
            lane.unsure.add(letter.id)
        if later.seconds is not None:
            wait = later.seconds
            self._pacing.pause(letter.posting.chat, wait, asyncio.get_running_loop().time())
        else:
            wait = lane.pause()
        until = self._clock() + timedelta(seconds=wait)
        log.info("letter %s waits %.1f s: %s", letter.id, wait, later.reason)
        await self._storage.run(lambda unit: unit.outbox.postpone(letter.id, later.reason, until))
        return wait

    async def _without_topic(self, lane: Lane, letter: Letter, ticket: int) -> float:
        """The ticket's topic is gone: a new one goes to the front of its lane; this letter follows it."""
        place = await self.places.of(ticket)
        self._losses[ticket] = self._losses.get(ticket, 0) + 1
        if self._losses[ticket] > LOSSES:
            await self._no_room(letter.posting.chat, ticket)
        forgotten(place)
        await self._storage.run(lambda unit: unit.tickets.place_topic(ticket, None))
        await self._anew(lane)
        await self._topic_lost(ticket)
        # nothing came to the front: nobody knows the ticket, its messages go to the group itself
        if lane.letters and lane.first is letter:
            forgotten(place, homeless=True)
        return 0.0

    async def _no_room(self, full: int, ticket: int) -> None:
        """The group loses every new topic: they are made in the other one, or wait until there is another one."""
        del self._losses[ticket]
        await self._menders.full(full)
        if self._groups.current in (None, full):
            await self.holds.meet(full, Trouble("full"))

    async def _anew(self, lane: Lane) -> None:
        """What was made for the lost topic is made again for the next one."""
        made = [letter for _, _, letter in lane.letters if letter.front]
        done = [Sent(letter, note="made anew for another topic") for letter in made]
        await self._storage.run(lambda unit: unit.outbox.sent(done, self._clock()))
        for letter in made:
            self._drop(lane, letter)
        self._forget([letter.id for letter in made])

    async def _give_up(self, lane: Lane, letter: Letter, reason: str) -> None:
        """It is noted and somebody is told, both or neither."""
        now = self._clock()

        def note(unit: Unit) -> None:
            unit.outbox.failed(letter.id, reason, now)
            self._undelivered(unit, letter, reason)

        try:
            await self._storage.run(note)
        except StorageError:
            raise
        except Exception:
            log.exception("nobody could be told that letter %s was refused", letter.id)
            await self._storage.run(lambda unit: unit.outbox.failed(letter.id, reason, now))
        self._drop(lane, letter)
        self._forget((letter.id,))

    async def _stumbled(self, lane: Lane, letter: Letter, error: Exception) -> float:
        """Our own code failed over a letter: it may pass, but it may not hold up its lane for ever."""
        lane.mishaps += 1
        if lane.mishaps < MISHAPS:
            return lane.pause()
        try:
            await self._give_up(lane, letter, f"{type(error).__name__}: {error}")
        except StorageError as trouble:
            log.error("letter %s could not be given up: %s", letter.id, trouble)
            return lane.pause()
        return 0.0

    async def _superseded(self, lane: Lane, letter: Letter, posting: Card | Topic) -> bool:
        """Whether a newer letter shows the same card or topic as it is by now, or did so: groups allow few messages."""
        place = await self.places.of(posting.ticket)
        if letter.id < place.shown.get(posting.kind, 0):
            return True
        exists = place.card is not None if isinstance(posting, Card) else place.topic is not None
        return exists and any(
            type(other.posting) is type(posting) and other.posting.ticket == posting.ticket and other.id > letter.id
            for _, _, other in lane.letters
            if isinstance(other.posting, Card | Topic)
        )

    async def _shown(self, letter: Letter) -> None:
        """Remember what the delivery tells of the ticket's topic."""
        posting = letter.posting
        if isinstance(posting, Message) and posting.ticket is not None:
            self._losses.pop(posting.ticket, None)
        elif isinstance(posting, Card | Topic):
            place = await self.places.of(posting.ticket)
            place.shown[posting.kind] = max(letter.id, place.shown.get(posting.kind, 0))

    async def _settle(self, lane: Lane, letter: Letter, delivered: Delivered) -> None:
        """Returns when it is marked as sent: a crash repeats at most the one letter of a lane that was under way."""
        self._drop(lane, letter)
        await self._marking.sent(Sent(letter, delivered.messages, delivered.note))

    def _drop(self, lane: Lane, letter: Letter) -> None:
        lane.drop(letter)
        self._restarted.discard(letter.id)

    def _forget(self, letters: Sequence[int]) -> None:
        """The outbox knows that these are done with; not before, or a sweep would bring them again."""
        self._known.difference_update(letters)
        self._settled.update(letters)

    async def _paced(self, posting: Posting) -> None:
        """Wait for the chat's and the bot's next free moment; answers, deletions and topics are not messages."""
        if isinstance(posting, Answer | Delete | React | Suggest | Topic):
            return
        time = asyncio.get_running_loop().time
        for _ in range(len(posting.parts) if isinstance(posting, Album) else 1):
            wait = self._pacing.reserve_chat(posting.chat, time())
        if wait > 0:
            await asyncio.sleep(wait)
        wait = self._pacing.reserve_overall(time())
        if wait > 0:
            await asyncio.sleep(wait)


def _waiting_after(beyond: int, unit: Unit) -> tuple[Letter, ...]:
    return unit.outbox.pending(beyond=beyond)
