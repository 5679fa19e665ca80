"""People who sign in: accounts, sessions, invitations, pledges, attempts, and the audit. Only adds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSAL = "the audit only grows"


def upgrade() -> None:
    """Add the tables; what is there is not touched."""
    op.create_table(
        "users",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("login", "name", "roles")),
        sa.Column("agent", sa.Text()),
        sa.Column("locked", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("password", "totp")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("step", "created")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_users")),
    )
    _make_owned("user_recovery_codes", [sa.Column("code", sa.String(64), nullable=False)], key=("login", "code"))
    times: list[sa.schema.SchemaItem] = [sa.Column(name, sa.BigInteger(), nullable=False) for name in ("begun", "seen")]
    _make_owned("user_sessions", [sa.Column("key", sa.String(64), nullable=False), *times], key=("key",))
    op.create_index(op.f("ix_user_sessions_login"), "user_sessions", ["login"])
    invitation: list[sa.schema.SchemaItem] = [
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    ]
    unique = sa.UniqueConstraint("key", name=op.f("uq_user_invitations_key"))
    _make_owned("user_invitations", [*invitation, unique], key=("login",))
    _make_pledges()
    _make_attempts()
    _make_audit()


def _make_owned(name: str, columns: list[sa.schema.SchemaItem], *, key: tuple[str, ...]) -> None:
    """A table whose rows go with their user."""
    owner = sa.ForeignKeyConstraint(["login"], ["users.login"], name=op.f(f"fk_{name}_login"), ondelete="CASCADE")
    login = sa.Column("login", sa.Text(), nullable=False)
    op.create_table(name, login, *columns, owner, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")))


def _make_pledges() -> None:
    op.create_table(
        "user_pledges",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_user_pledges")),
    )
    op.create_index(op.f("ix_user_pledges_login"), "user_pledges", ["login"])


def _make_attempts() -> None:
    op.create_table(
        "sign_in_attempts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("locks", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempts")),
    )


def _make_audit() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("number", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("who", "action", "subject", "address")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_subject"), "audit_entries", ["subject"])
    if op.get_bind().dialect.name == "sqlite":
        refusing = f"ON audit_entries BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        op.execute(f"CREATE TRIGGER audit_entries_no_update BEFORE UPDATE {refusing}")
