"""Several messages with one copy between them: those of a flood, brought together."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every copy that there is has one original."""
    op.drop_index("copies_copy", "copies")
    columns = ["copy_chat", "copy_message", "origin_chat", "origin_message"]
    op.create_index("copies_copy", "copies", columns, unique=True)


def downgrade() -> None:
    """The newest of several originals stays, which is the one that answers go to."""
    op.execute(
        "DELETE FROM copies WHERE EXISTS (SELECT 1 FROM copies AS newer WHERE newer.copy_chat = copies.copy_chat"
        " AND newer.copy_message = copies.copy_message AND newer.id > copies.id)"
    )
    op.drop_index("copies_copy", "copies")
    op.create_index("copies_copy", "copies", ["copy_chat", "copy_message"], unique=True)
