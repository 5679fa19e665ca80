"""Entries of the ledger besides calls, and reports of advertising calls. Only adds: release 0.3.0 goes on beside it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the ledger only grows: correct by a reversal"
SQLITE_KEYS = {
    # NULL equals nothing, so that entries without a document do not meet here
    "ledger_entries": "number = NEW.number OR key = NEW.key OR document = NEW.document",
    "ledger_entry_postings": "entry = NEW.entry AND line = NEW.line",
}


def upgrade() -> None:
    """Add the tables with their guards; nothing that was posted is touched."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:  # settlements take this first, too: nobody waits for a table while holding another
        op.execute("SELECT number FROM ledger_head FOR UPDATE")
    _make_entries()
    _make_postings()
    op.create_table(
        "advertising_reports",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_advertising_reports")),
    )
    op.add_column("ledger_charges", sa.Column("name", sa.Text()))
    op.create_index(op.f("ix_ledger_transactions_client_number"), "ledger_transactions", ["client", "number"])
    for table, key in SQLITE_KEYS.items():
        if sqlite:
            _guard_sqlite(table, key)
        else:
            _guard_postgresql(table)


def _make_entries() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("client", sa.Text()),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("reverses", sa.BigInteger()),
        sa.Column("call", sa.Text()),
        sa.Column("document", sa.BigInteger()),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_ledger_entries_key")),
        sa.UniqueConstraint("document", name=op.f("uq_ledger_entries_document")),
    )
    op.create_index(op.f("ix_ledger_entries_client_day"), "ledger_entries", ["client", "day"])
    op.create_index(op.f("ix_ledger_entries_kind_day"), "ledger_entries", ["kind", "day"])
    op.create_index(op.f("ix_ledger_entries_reverses"), "ledger_entries", ["reverses"])


def _make_postings() -> None:
    op.create_table(
        "ledger_entry_postings",
        sa.Column("entry", NUMBER, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "line", name=op.f("pk_ledger_entry_postings")),
        sa.ForeignKeyConstraint(["entry"], ["ledger_entries.number"], name=op.f("fk_ledger_entry_postings_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_postings_account"), "ledger_entry_postings", ["account"])


def _guard_sqlite(table: str, key: str) -> None:
    moments = {
        "no_update": f"BEFORE UPDATE ON {table}",
        "no_delete": f"BEFORE DELETE ON {table}",
        # INSERT OR REPLACE deletes without a delete trigger
        "no_replace": f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})",  # noqa: S608
    }
    for name, moment in moments.items():
        op.execute(f"CREATE TRIGGER {table}_{name} {moment} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


def _guard_postgresql(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )
