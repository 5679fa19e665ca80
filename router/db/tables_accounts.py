"""The tables of people who sign in: passwords, tokens and codes are kept as hashes, second factors sealed."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from router.db.tables import Number, metadata

users = Table(
    "users",
    metadata,
    Column("login", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("roles", Text, nullable=False),  # words with a space between
    Column("agent", Text),
    Column("locked", Boolean, nullable=False),
    Column("password", Text, nullable=False),
    Column("totp", Text, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
)

user_recovery_codes = Table(
    "user_recovery_codes",
    metadata,
    Column("login", Text, ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    Column("code", String(64), primary_key=True),
)

user_sessions = Table(
    "user_sessions",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("login", Text, ForeignKey("users.login", ondelete="CASCADE"), nullable=False),
    Column("begun", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Index("ix_user_sessions_login", "login"),
)

user_invitations = Table(
    "user_invitations",
    metadata,
    Column("login", Text, ForeignKey("users.login", ondelete="CASCADE"), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("until", BigInteger, nullable=False),
)

user_pledges = Table(  # without a foreign key: what was pledged can be shown when the person has left
    "user_pledges",
    metadata,
    Column("number", Number, primary_key=True),
    Column("login", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("ix_user_pledges_login", "login"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("locks", Integer, nullable=False),
    Column("locked_until", BigInteger, nullable=False),
    Column("last", BigInteger, nullable=False),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("number", Number, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("address", Text, nullable=False),
    Index("ix_audit_entries_subject", "subject"),
)
