"""First tables: calls, the ledger that only grows, block entries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEDGER = ("ledger_transactions", "ledger_charges", "ledger_postings")

SQLITE_GUARDS = {
    "{table}_no_update": "BEFORE UPDATE ON {table}",
    "{table}_no_delete": "BEFORE DELETE ON {table}",
    # INSERT OR REPLACE deletes without a delete trigger
    "{table}_no_replace": "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {key})",
}
SQLITE_KEYS = {
    "ledger_transactions": "number = NEW.number OR call = NEW.call",
    "ledger_charges": '"transaction" = NEW."transaction" AND line = NEW.line',
    "ledger_postings": '"transaction" = NEW."transaction" AND line = NEW.line',
}
REFUSAL = "the ledger only grows: correct by a reversal"


def upgrade() -> None:
    """Make all tables, their guards, and the chain's beginning."""
    _make_calls()
    _make_chain()
    _make_lines()
    _make_block_entries()
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _make_calls() -> None:
    op.create_table(
        "calls",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("client", sa.Text()),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.BigInteger()),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("ending_class", sa.Text(), nullable=False),
        sa.Column("ending_reason", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("tariff", sa.Text()),
        sa.Column("trial", sa.Boolean(create_constraint=True, name=op.f("ck_calls_trial")), nullable=False),
        sa.Column("dialled", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text()),
        sa.Column("trace", sa.Text(), nullable=False),
        sa.Column("house_version", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_arrived"), "calls", ["arrived"])
    op.create_index(op.f("ix_calls_client_arrived"), "calls", ["client", "arrived"])


def _make_chain() -> None:
    head = op.create_table(
        "ledger_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_head")),
        sa.CheckConstraint("id = 1", name=op.f("ck_ledger_head_single")),
    )
    op.bulk_insert(head, [{"id": 1, "number": 0, "hash": "0" * 64}])
    op.create_table(
        "ledger_transactions",
        sa.Column("number", NUMBER, autoincrement=False, nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("client", sa.Text()),
        sa.Column("arrived", sa.BigInteger(), nullable=False),
        sa.Column("tariff", sa.Text()),
        sa.Column("tariff_version", sa.Integer()),
        sa.Column("currency", sa.Text()),
        sa.Column(
            "trial", sa.Boolean(create_constraint=True, name=op.f("ck_ledger_transactions_trial")), nullable=False
        ),
        sa.Column("billing_digest", sa.String(64), nullable=False),
        sa.Column("private_digest", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger_transactions")),
        sa.UniqueConstraint("call", name=op.f("uq_ledger_transactions_call")),
        sa.ForeignKeyConstraint(["call"], ["calls.call"], name=op.f("fk_ledger_transactions_call")),
    )
    op.create_index(op.f("ix_ledger_transactions_client_arrived"), "ledger_transactions", ["client", "arrived"])


def _make_lines() -> None:
    op.create_table(
        "ledger_charges",
        sa.Column("transaction", NUMBER, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("talk_ms", sa.BigInteger(), nullable=False),
        sa.Column("wrap_up_ms", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.Text(), nullable=False),
        sa.Column("per", sa.Integer(), nullable=False),
        sa.Column("list_price", sa.BigInteger(), nullable=False),
        sa.Column("charged", sa.BigInteger(), nullable=False),
        sa.Column("explain", sa.Text(), nullable=False),
        *_line_constraints("ledger_charges"),
    )
    op.create_table(
        "ledger_postings",
        sa.Column("transaction", NUMBER, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        *_line_constraints("ledger_postings"),
    )
    op.create_index(op.f("ix_ledger_postings_account"), "ledger_postings", ["account"])


def _line_constraints(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.PrimaryKeyConstraint("transaction", "line", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["transaction"], ["ledger_transactions.number"], name=op.f(f"fk_{table}_transaction")),
    )


def _make_block_entries() -> None:
    op.create_table(
        "block_entries",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("added", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client", "number", "prefix", name=op.f("pk_block_entries")),
    )


def _guard_sqlite() -> None:
    for table in LEDGER:
        for name, moment in SQLITE_GUARDS.items():
            when = moment.format(table=table, key=SQLITE_KEYS[table])
            op.execute(f"CREATE TRIGGER {name.format(table=table)} {when} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END")


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table in LEDGER:
        op.execute(
            f"CREATE TRIGGER {table}_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
        )
