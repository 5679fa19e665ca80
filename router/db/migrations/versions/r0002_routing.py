"""Routing: what a call's decision rested on, messages, agents' presences, configurations, block entries for all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = ("client", "number", "prefix", "low", "high", "pattern")  # an entry is one of these four, of one client


def upgrade() -> None:
    """Add the columns and tables; every old call and block entry stays, and so do the ledger's digests."""
    op.add_column("calls", sa.Column("arrival", sa.Text()))
    op.add_column("calls", sa.Column("messages", sa.Text(), nullable=False, server_default="[]"))
    _make_chronicle()
    _remake_block_entries()


def _make_chronicle() -> None:
    op.create_table(
        "presences",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("call", sa.Text()),
        sa.Column("idle_since", sa.BigInteger(), nullable=False),
        sa.Column("offered_last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_presences")),
    )
    op.create_index(op.f("ix_presences_agent_at"), "presences", ["agent", "at"])
    op.create_index(op.f("ix_presences_at"), "presences", ["at"])
    op.create_table(
        "houses",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_houses")),
    )
    op.create_index(op.f("ix_houses_version_since"), "houses", ["version", "since"])


def _remake_block_entries() -> None:
    """Remade, not altered: SQLite cannot change a primary key. The agent who added an entry is its author."""
    chosen = "client, number, prefix, reason, agent AS author, call, added"
    old = [dict(row) for row in op.get_bind().execute(sa.text(f"SELECT {chosen} FROM block_entries")).mappings()]  # noqa: S608 - constants only
    op.drop_table("block_entries")
    entries = op.create_table(
        "block_entries",
        *(sa.Column(name, sa.Text(), nullable=False, server_default="") for name in WAYS),
        sa.Column("until", sa.BigInteger()),
        sa.Column("author", sa.Text(), nullable=False, server_default=""),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("call", sa.Text(), nullable=False, server_default=""),
        sa.Column("reports", sa.Text(), nullable=False, server_default="[]"),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*WAYS, name=op.f("pk_block_entries")),
    )
    op.bulk_insert(entries, old)
    op.create_table(
        "block_changes",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("lifted", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_block_changes")),
    )
