"""A unit of work: all that one commit keeps."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.announced import Announcements
from storage.approvals import Approvals
from storage.audit import Audit
from storage.bans import Bans
from storage.cases import Cases
from storage.groups import KeptGroups
from storage.inbox import Inbox
from storage.outbox import Outbox
from storage.people import People
from storage.questions import Questions
from storage.staff import Staff
from storage.statements import Wire
from storage.tickets import Tickets
from storage.watches import Watches


class Unit:
    """The repositories over one connection's transaction. It is valid within the work that it was given to, no longer.

    ``connection`` is SQLAlchemy's view of the same transaction, for statements that are not on the hot path.
    """

    __slots__ = (
        *("announced", "approvals", "audit", "bans", "cases", "connection", "groups", "inbox", "outbox", "people"),
        *("questions", "staff", "tickets", "watches", "wire"),
    )

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.wire = Wire(connection.dialect.name, connection.connection.driver_connection)
        self.tickets = Tickets(self.wire)
        self.inbox = Inbox(self.wire)
        self.outbox = Outbox(self.wire, self.tickets)
        self.cases = Cases(self.wire)
        self.people = People(self.wire)
        self.audit = Audit(self.wire)
        self.bans = Bans(self.wire)
        self.watches = Watches(self.wire)
        self.staff = Staff(self.wire)
        self.questions = Questions(self.wire)
        self.groups = KeptGroups(self.wire)
        self.announced = Announcements(self.wire)
        self.approvals = Approvals(self.wire)

    def begin(self) -> None:
        """Forget what the work before on this connection posted and completed."""
        self.outbox.posted, self.inbox.completed = [], []
