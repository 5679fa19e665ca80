"""Two routers: who leads, and the journal that the other one takes over. Only adds: release 0.2.0 goes on beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add both tables; the lease is nobody's."""
    leases = op.create_table(
        "lease",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text(), nullable=False, server_default=""),
        sa.Column("epoch", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("until", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("serving", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("house_version", sa.Text(), nullable=False, server_default=""),
        sa.Column("header", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.CheckConstraint("id = 1", name=op.f("ck_lease_single")),
    )
    op.bulk_insert(leases, [{"id": 1}])
    op.create_table(
        "shared_journal",
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "kind", name=op.f("pk_shared_journal")),
    )
