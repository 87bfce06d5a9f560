"""The inbox takes each update once; the outbox gives each letter until somebody says that it is sent."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.drawing import Drawing, Shape
from knowledge.postings import Album, Answer, Card, Copy, Delete, Edit, Key, Part, Picture, Text, Topic
from knowledge.ticket import Ticket
from storage.database import Storage
from storage.errors import AlreadyDone
from storage.outbox import Sent
from storage.postings import decode, encode, lane_of
from tests.storage.test_units import NOW, arrival

GROUP = -1001000000001
LATER = NOW + timedelta(hours=1)


async def test_updates_are_taken_once(storage: Storage):
    assert await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2)])) == (arrival(1), arrival(2))
    assert await storage.run(lambda unit: unit.inbox.take([arrival(2), arrival(3), arrival(3)])) == (arrival(3),)
    assert await storage.read(lambda unit: unit.inbox.pending()) == (arrival(1), arrival(2), arrival(3))


async def test_an_update_is_done_once(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1)]))
    await storage.run(lambda unit: unit.inbox.complete(1))
    for update in (1, 99):
        with pytest.raises(AlreadyDone):
            await storage.run(lambda unit, update=update: unit.inbox.complete(update))  # type: ignore[misc]
    assert await storage.read(lambda unit: unit.inbox.pending()) == ()
    assert await storage.run(lambda unit: unit.inbox.take([arrival(1)])) == ()


async def test_updates_that_become_one_are_done_with_it(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2), arrival(3)]))
    whole = dataclasses.replace(arrival(1), payload='{"whole":true}')
    await storage.run(lambda unit: unit.inbox.join(whole, [arrival(2)]))
    assert await storage.read(lambda unit: unit.inbox.pending()) == (whole, arrival(3))
    assert await storage.run(lambda unit: unit.inbox.take([arrival(2)])) == ()
    with pytest.raises(AlreadyDone):
        await storage.run(lambda unit: unit.inbox.join(whole, [arrival(2)]))


async def test_failing_counts_until_it_is_given_up(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2)]))
    await storage.run(lambda unit: unit.inbox.failed(1, "once", final=False))
    (first, _) = await storage.read(lambda unit: unit.inbox.pending())
    assert first.attempts == 1
    await storage.run(lambda unit: unit.inbox.failed(1, "twice", final=True))
    (failure,) = await storage.read(lambda unit: unit.inbox.failures())
    assert (failure.arrival.update_id, failure.error) == (1, "twice")
    assert await storage.read(lambda unit: unit.inbox.counts()) == {"new": 1, "done": 0, "failed": 1}
    assert await storage.run(lambda unit: unit.inbox.again(1)) is True
    assert await storage.run(lambda unit: unit.inbox.again(1)) is False
    assert [a.update_id for a in await storage.read(lambda unit: unit.inbox.pending())] == [1, 2]


async def test_what_no_run_gets_done_is_given_up(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1)]))
    for _ in range(3):
        assert await storage.run(lambda unit: unit.inbox.resume(3)) == ((arrival(1),), ())
    left, hopeless = await storage.run(lambda unit: unit.inbox.resume(3))
    assert (left, hopeless) == ((), (arrival(1),))


async def test_what_is_no_update_is_kept_under_a_number_of_its_own(storage: Storage):
    for error in ("not JSON", "too large"):
        await storage.run(lambda unit, error=error: unit.inbox.reject("", error, NOW))  # type: ignore[misc]
    await storage.run(lambda unit: unit.inbox.reject("", "malformed", NOW, update_id=5, lane="7"))
    failures = await storage.read(lambda unit: unit.inbox.failures())
    assert {failure.arrival.update_id for failure in failures} == {-1, -2, 5}
    assert await storage.run(lambda unit: unit.inbox.take([arrival(5)])) == ()


async def test_old_updates_lose_their_words_then_their_ids(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2)]))
    await storage.run(lambda unit: unit.inbox.complete(1))
    assert await storage.run(lambda unit: unit.inbox.blank(LATER)) == 1
    assert await storage.read(lambda unit: (unit.inbox.payload(1), unit.inbox.payload(2))) == ("", "{}")
    assert await storage.run(lambda unit: unit.inbox.take([arrival(1)])) == ()
    assert await storage.run(lambda unit: unit.inbox.forget(LATER)) == 1
    assert await storage.read(lambda unit: (unit.inbox.payload(1), unit.inbox.payload(2))) == (None, "{}")


async def test_recent_updates_and_rewriting(storage: Storage):
    await storage.run(lambda unit: unit.inbox.take([arrival(1), arrival(2, "8")]))
    await storage.run(lambda unit: unit.inbox.rewrite(1, '{"a":1}'))
    assert [a.payload for a in await storage.read(lambda unit: unit.inbox.since(NOW, "7"))] == ['{"a":1}']
    assert len(await storage.read(lambda unit: unit.inbox.since(NOW))) == 2
    assert await storage.read(lambda unit: unit.inbox.since(LATER)) == ()


async def test_letters_wait_until_they_are_sent(storage: Storage):
    heard = []
    storage.on_posted(heard.extend)
    numbers = await storage.run(
        lambda unit: [
            unit.outbox.post(Text(7, "one"), NOW),
            unit.outbox.post(Text(7, "two"), NOW, LATER),
            unit.outbox.post(Text(7, "first of all"), NOW, front=True),
        ]
    )
    assert numbers == sorted(numbers)
    letters = await storage.read(lambda unit: unit.outbox.pending())
    assert list(letters) == heard
    assert [letter.posting.html for letter in sorted(letters, key=lambda each: each.order)] == [
        "first of all",
        "one",
        "two",
    ]
    assert await storage.read(lambda unit: unit.outbox.pending(limit=1, beyond=numbers[0])) == (letters[1],)
    await storage.run(lambda unit: unit.outbox.sent([Sent(letters[0], (5,))], NOW))
    await storage.run(lambda unit: unit.outbox.postpone(letters[1].id, "500", LATER))
    await storage.run(lambda unit: unit.outbox.failed(letters[2].id, "403", NOW))
    (left,) = await storage.read(lambda unit: unit.outbox.pending())
    assert (left.id, left.attempts, left.not_before) == (letters[1].id, 1, LATER)
    ((letter, reason),) = await storage.read(lambda unit: unit.outbox.failures())
    assert (letter.id, reason) == (letters[2].id, "403")
    assert await storage.read(lambda unit: unit.outbox.counts()) == {"new": 1, "sent": 1, "failed": 1}
    assert await storage.read(lambda unit: unit.outbox.oldest()) == NOW


async def test_a_letter_that_is_held_or_refused_is_sent_once_when_somebody_says_so(storage: Storage):
    heard = []
    storage.on_posted(heard.extend)
    posting = Copy(GROUP, 7, (70,), ticket=1001)
    held = await storage.run(lambda unit: unit.outbox.hold(posting, NOW))
    refused = await storage.run(lambda unit: unit.outbox.post(posting, NOW))
    heard.clear()
    await storage.run(lambda unit: unit.outbox.failed(refused, "403", NOW))
    assert await storage.read(lambda unit: unit.outbox.pending()) == ()
    assert await storage.run(lambda unit: unit.outbox.blank(NOW)) == 0
    for letter in (held, refused):
        assert await storage.read(lambda unit, letter=letter: unit.outbox.kept(letter)) == posting
        tries = [await storage.run(lambda unit, letter=letter: unit.outbox.again(letter, NOW)) for _ in range(2)]
        assert (tries[0], tries[1]) == (heard[-1].id, None)
    assert [letter.posting for letter in heard] == [posting, posting]
    other = await storage.run(lambda unit: unit.outbox.hold(posting, NOW))
    assert await storage.run(lambda unit: unit.outbox.let_go(1002)) == 0
    assert await storage.run(lambda unit: unit.outbox.let_go(1001)) == 1
    assert await storage.run(lambda unit: unit.outbox.again(other, NOW)) is None


async def test_what_is_still_on_its_way_is_known(storage: Storage):
    def work(unit):
        unit.outbox.post(Text(GROUP, "words", ticket=1001, origin=(7, 70)), NOW)
        unit.outbox.post(album, NOW)
        unit.outbox.post(flood, NOW)
        unit.outbox.post(again, NOW)

    album = Album(GROUP, 7, (Part(71, "photo", "a"), Part(72, "photo", "b")), ticket=1001)
    flood = Text(GROUP, "many", ticket=1001, origin=(7, 75), brings=((74, "a"), (75, "b")))
    again = Text(GROUP, "newer", ticket=1001, origin=(7, 75))
    await storage.run(work)
    wanted = (72, 73, 74, 75)
    found = await storage.read(lambda unit: [unit.outbox.waiting(1001, (7, message)) for message in wanted])
    assert found == [album, None, flood, again]


async def test_several_messages_may_have_one_copy(storage: Storage):
    """The newest of them is the one that an answer to the copy is for; each keeps its own words."""
    flood = Text(GROUP, "many", ticket=1001, origin=(7, 71), brings=((70, "a"), (71, "b")))
    await storage.run(lambda unit: unit.outbox.post(flood, NOW))
    (letter,) = await storage.read(lambda unit: unit.outbox.pending())
    for _ in range(2):  # marking twice changes nothing
        await storage.run(lambda unit: unit.outbox.sent([Sent(letter, (60,))], NOW))
    assert await storage.read(lambda unit: unit.tickets.linked(GROUP, 60)) == ((7, 70), (7, 71))
    first, second = await storage.read(lambda unit: unit.tickets.history(1001))
    assert (first.said, second.said, first.album, second.album) == ("a", "b", None, None)
    await storage.run(lambda unit: unit.tickets.give([first], 1002))
    assert [each.ticket for each in await storage.read(lambda unit: unit.tickets.links_of(GROUP, 60))] == [1002, 1001]


async def test_sending_remembers_links_topic_and_card(storage: Storage):
    def work(unit):
        ticket = unit.tickets.open(Ticket(0, 7, 7, "zh", "settlement", NOW)).number
        unit.outbox.post(Topic(GROUP, ticket, "#1001"), NOW)
        unit.outbox.post(Card(GROUP, ticket, "card"), NOW)
        unit.outbox.post(Text(GROUP, "words", ticket=ticket, origin=(7, 70)), NOW)
        unit.outbox.post(Copy(7, GROUP, (80, 81), ticket=ticket), NOW)
        unit.outbox.post(Album(7, GROUP, (Part(90, "photo", "a"), Part(91, "video", "b")), ticket=ticket), NOW)
        unit.outbox.post(Copy(7, GROUP, (92,), ticket=ticket), NOW)

    await storage.run(work)
    letters = await storage.read(lambda unit: unit.outbox.pending())
    made = [(62,), (63,), (64,), (71, 72), (73, 74), (75,)]
    done = [Sent(letter, messages) for letter, messages in zip(letters, made, strict=True)]
    await storage.run(lambda unit: unit.outbox.sent(done, NOW))
    await storage.run(lambda unit: unit.outbox.sent(done, NOW))  # marking twice changes nothing
    ticket = await storage.read(lambda unit: unit.tickets.by_number(1001))
    assert ticket is not None
    assert (ticket.topic, ticket.topic_chat, ticket.card) == (62, GROUP, 63)
    assert await storage.read(lambda unit: unit.tickets.linked(7, 70)) == ((GROUP, 64),)
    assert await storage.read(lambda unit: unit.tickets.linked(7, 72)) == ((GROUP, 81),)

    def together(unit, message):
        (link,) = unit.tickets.links_of(GROUP, message)
        return [each.copy_message for each in unit.tickets.album(link)]

    found = await storage.read(lambda unit: [together(unit, message) for message in (80, 91, 92)])
    assert found == [[71, 72], [73, 74], [75]]


async def test_a_waiting_topic_is_found_by_its_name(storage: Storage):
    await storage.run(lambda unit: unit.outbox.post(Topic(GROUP, 1001, "#1001 40213377"), NOW))
    assert await storage.read(lambda unit: unit.outbox.ticket_of_topic_name(GROUP, "#1001 40213377")) == 1001
    assert await storage.read(lambda unit: unit.outbox.ticket_of_topic_name(GROUP, "#1001")) is None
    assert await storage.read(lambda unit: unit.outbox.ticket_of_topic_name(-5, "#1001 40213377")) is None
    (letter,) = await storage.read(lambda unit: unit.outbox.pending())
    await storage.run(lambda unit: unit.outbox.sent([Sent(letter)], NOW))
    assert await storage.read(lambda unit: unit.outbox.ticket_of_topic_name(GROUP, "#1001 40213377")) is None


async def test_old_letters_lose_their_words_then_go(storage: Storage):
    await storage.run(lambda unit: (unit.outbox.post(Text(7, "one"), NOW), unit.outbox.post(Text(7, "two"), NOW)))
    letters = await storage.read(lambda unit: unit.outbox.pending())
    await storage.run(lambda unit: unit.outbox.failed(letters[0].id, "403", NOW))
    assert await storage.run(lambda unit: unit.outbox.blank(LATER)) == 1
    assert await storage.read(lambda unit: unit.outbox.failures()) == ()
    assert await storage.run(lambda unit: unit.outbox.forget(LATER)) == 1
    assert await storage.read(lambda unit: unit.outbox.pending()) == (letters[1],)


words = st.text(max_size=20)
ids = st.integers(-(2**53), 2**53)
keyboards = st.lists(st.lists(st.builds(Key, words, words, words), min_size=1, max_size=2).map(tuple), max_size=2).map(
    tuple
)
PARTS = st.builds(Part, ids, st.sampled_from(["photo", "audio"]), words, words, st.booleans(), st.booleans())
shapes = st.builds(Shape, words, words, st.lists(ids, max_size=4).map(tuple), ids, words, words)
drawings = st.builds(Drawing, ids, ids, st.lists(shapes, max_size=3).map(tuple))
POSTINGS = st.one_of(
    st.builds(
        Text, ids, words, keyboards, st.none() | ids, st.none() | words, st.none() | words, st.booleans(),
        st.booleans(), st.none() | ids, st.none() | st.tuples(ids, ids), st.sampled_from(["say", "relay"]),
        st.lists(st.tuples(ids, words), max_size=2).map(tuple),
    ),
    st.builds(Copy, ids, ids, st.lists(ids, min_size=1, max_size=3).map(tuple), st.none() | ids, st.none() | ids),
    st.builds(Album, ids, ids, st.lists(PARTS, max_size=3).map(tuple), st.none() | ids, st.none() | ids),
    st.builds(Picture, ids, drawings, words, st.none() | ids, st.none() | ids),
    st.builds(
        Edit, ids, ids, st.none() | words, keyboards, st.none() | ids, st.booleans(), st.none() | st.tuples(ids, ids),
        st.none() | PARTS,
    ),
    st.builds(Delete, ids, st.lists(ids, min_size=1, max_size=3).map(tuple)),
    st.builds(Answer, ids, words, words, st.booleans()),
    st.builds(Topic, ids, ids, words, words, st.booleans()),
    st.builds(Card, ids, ids, words, keyboards),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(POSTINGS)
def test_postings_come_back(posting):
    assert decode(encode(posting)) == posting
    assert lane_of(posting) == lane_of(dataclasses.replace(posting))


def test_what_is_no_posting_is_refused():
    with pytest.raises(ValueError, match="not a posting"):
        decode('{"kind":"nonsense"}')


def test_lanes():
    assert lane_of(Text(7, "words", ticket=1001)) == "7"
    assert lane_of(Text(GROUP, "words", ticket=1001)) == lane_of(Card(GROUP, 1001, "card")) == "ticket:1001"
    assert lane_of(Text(GROUP, "words")) == str(GROUP)
    assert lane_of(Answer(7, "callback")) == "answer:7"
