"""The tables, explicitly.

`calls` holds all that is known of a finished call, the caller's data included. The `ledger_*` tables hold none of that
and only ever grow: triggers of the migrations refuse every change. `ledger_transactions` are the calls' settlements,
`ledger_entries` all else, numbered together. `ledger_head` is the one row that moves with the chain, and the lock that
everything posted takes. `advertising_reports` are calls that agents reported, refunded once they are settled.
`presences` and `houses` are kept so that a decision can be made again, and may be pruned. `block_changes` tells a
running router what operators changed. `lease` and `shared_journal` serve two routers, and stay empty where there is
one. Instants and durations are integer milliseconds, money is integer cents, prices are exact fractions (`59/1`), JSON
is text.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Number = BigInteger().with_variant(Integer, "sqlite")  # SQLite's row id, so that reading in order needs no index

calls = Table(
    "calls",
    metadata,
    Column("call", Text, primary_key=True),
    Column("client", Text),
    Column("arrived", BigInteger, nullable=False),
    Column("answered", BigInteger),
    Column("ended", BigInteger, nullable=False),
    Column("ending_class", Text, nullable=False),
    Column("ending_reason", Text, nullable=False),
    Column("parts", Text, nullable=False),
    Column("tariff", Text),
    Column("trial", Boolean(create_constraint=True, name="trial"), nullable=False),
    Column("dialled", Text, nullable=False),
    Column("caller", Text),
    Column("trace", Text, nullable=False),
    Column("house_version", Text, nullable=False),
    Column("salt", Text, nullable=False),
    Column("arrival", Text),
    Column("messages", Text, nullable=False, server_default="[]"),
    Index(None, "arrived"),
    Index(None, "client", "arrived"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="single"),
)

ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),
    Column("call", Text, ForeignKey("calls.call"), nullable=False, unique=True),
    Column("client", Text),
    Column("arrived", BigInteger, nullable=False),
    Column("tariff", Text),
    Column("tariff_version", Integer),
    Column("currency", Text),
    Column("trial", Boolean(create_constraint=True, name="trial"), nullable=False),
    Column("billing_digest", String(64), nullable=False),
    Column("private_digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "client", "arrived"),
    Index(None, "client", "number"),
)

ledger_charges = Table(
    "ledger_charges",
    metadata,
    Column("transaction", Number, ForeignKey("ledger_transactions.number"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("talk_ms", BigInteger, nullable=False),
    Column("wrap_up_ms", BigInteger, nullable=False),
    Column("units", BigInteger, nullable=False),
    Column("price", Text, nullable=False),
    Column("per", Integer, nullable=False),
    Column("list_price", BigInteger, nullable=False),
    Column("charged", BigInteger, nullable=False),
    Column("explain", Text, nullable=False),
    Column("name", Text),  # of the surcharge
    PrimaryKeyConstraint("transaction", "line"),
)

ledger_postings = Table(
    "ledger_postings",
    metadata,
    Column("transaction", Number, ForeignKey("ledger_transactions.number"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("transaction", "line"),
    Index(None, "account"),
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=False),  # in one sequence with ledger_transactions
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("client", Text),
    Column("day", String(10), nullable=False),  # ISO 8601
    Column("at", BigInteger, nullable=False),
    Column("author", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("reverses", BigInteger),
    Column("call", Text),
    Column("document", BigInteger, unique=True),
    Column("content", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index(None, "client", "day"),
    Index(None, "kind", "day"),
    Index(None, "reverses"),
)

ledger_entry_postings = Table(
    "ledger_entry_postings",
    metadata,
    Column("entry", Number, ForeignKey("ledger_entries.number"), nullable=False),
    Column("line", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("entry", "line"),
    Index(None, "account"),
)

advertising_reports = Table(
    "advertising_reports",
    metadata,
    Column("call", Text, primary_key=True),
    Column("client", Text, nullable=False),
    Column("agent", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)

presences = Table(
    "presences",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),  # the order of changes within one millisecond
    Column("agent", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("intent", Text, nullable=False),
    Column("doing", Text),
    Column("reason", Text, nullable=False),
    Column("call", Text),
    Column("idle_since", BigInteger, nullable=False),
    Column("offered_last", BigInteger, nullable=False),
    Index(None, "agent", "at"),
    Index(None, "at"),
)

houses = Table(
    "houses",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("version", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of `content`: one version may hold several tariffs' days
    Column("content", Text, nullable=False),
    Index(None, "version", "since"),
)

WAYS = ("number", "prefix", "low", "high", "pattern")  # of saying which callers; "" for those that do not say it

block_entries = Table(
    "block_entries",
    metadata,
    Column("client", Text, nullable=False, server_default=""),  # "": the house's own list, for every client
    *(Column(way, Text, nullable=False, server_default="") for way in WAYS),
    Column("until", BigInteger),
    Column("author", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("call", Text, nullable=False, server_default=""),  # during which an agent added it
    Column("reports", Text, nullable=False, server_default="[]"),  # the clients whose agents' reports led to it
    Column("added", BigInteger, nullable=False),
    PrimaryKeyConstraint("client", *WAYS),
)

block_changes = Table(
    "block_changes",
    metadata,
    Column("number", Number, primary_key=True, autoincrement=True),
    Column("client", Text, nullable=False),
    Column("lifted", Text, nullable=False),  # the number that was taken off the list; "" for any other change
    Column("at", BigInteger, nullable=False),
)

lease = Table(
    "lease",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("node", Text, nullable=False, server_default=""),  # who leads, or led last
    Column("epoch", BigInteger, nullable=False, server_default="0"),  # grows whenever somebody takes the lease
    Column("until", BigInteger, nullable=False, server_default="0"),  # by this database's clock; 0: given back
    Column("serving", Integer, nullable=False, server_default="0"),  # 1: core and Asterisk agree, calls are taken
    Column("house_version", Text, nullable=False, server_default=""),
    Column("header", Text, nullable=False, server_default=""),  # of the leader's journal
    CheckConstraint("id = 1", name="single"),
)

shared_journal = Table(
    "shared_journal",
    metadata,
    Column("sequence", BigInteger, nullable=False),
    Column("kind", String(1), nullable=False),  # E: an event, S: a snapshot of all before it
    Column("epoch", BigInteger, nullable=False),  # under which it was written
    Column("line", LargeBinary, nullable=False),  # as in the journal's file
    PrimaryKeyConstraint("sequence", "kind"),
)
