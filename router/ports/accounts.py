"""What signing in needs of a database: people's accounts, sessions, invitations, attempts, and who did what.

Everything raises `LedgerUnavailable` when the database cannot be used now.
"""

from collections.abc import Sequence
from typing import Protocol

from router.core.desk.account import Account, AuditEntry, Credentials, Invitation, Session
from router.core.desk.lockout import Attempts, Counted
from router.core.desk.pledge import Pledged
from router.core.ids import Millis


class Accounts(Protocol):
    """People who sign in."""

    async def account(self, login: str) -> Account | None:
        """One of them."""
        ...

    async def accounts(self) -> Sequence[Account]:
        """All, by login name."""
        ...

    async def add(self, account: Account) -> bool:
        """Someone new; False when the login name is taken."""
        ...

    async def change(self, account: Account) -> bool:
        """Name, roles, agent and whether it is locked; a locked one is signed out. False when there is none."""
        ...

    async def remove(self, login: str) -> bool:
        """With sessions and invitations; pledges and audit stay. False when there is none."""
        ...

    async def reset(self, login: str) -> bool:
        """Forget password, second factor and recovery codes, and sign out everywhere. False when there is none."""
        ...

    async def invite(self, invitation: Invitation) -> None:
        """One invitation a person: an earlier one ends."""
        ...

    async def invited(self, key: str, now: Millis) -> Account | None:
        """Whose invitation this is, while it counts and the account is not locked."""
        ...

    async def accept(self, key: str, credentials: Credentials, now: Millis) -> bool:
        """Set what the invitation is for, end it, and every session of before. False when it has ended meanwhile."""
        ...

    async def use_step(self, login: str, step: int) -> bool:
        """Note that a one-time code of this step was used; False when it, or a later one, was before."""
        ...

    async def use_code(self, login: str, code: str) -> bool:
        """Use up the recovery code with this hash; False when there is none such."""
        ...

    async def pledge(self, login: str, pledged: Pledged) -> None:
        """Keep what somebody has pledged; earlier pledges are kept as well."""
        ...

    async def begin(self, session: Session) -> None:
        """A browser signs in. Sessions that are over are forgotten."""
        ...

    async def session(self, key: str) -> tuple[Session, Account] | None:
        """A session and whose it is; None when it has ended or its account is locked."""
        ...

    async def seen(self, key: str, at: Millis) -> None:
        """It was used."""
        ...

    async def end(self, key: str) -> None:
        """The browser signs out."""
        ...

    async def end_all(self, login: str) -> None:
        """Sign out everywhere."""
        ...

    async def attempt(self, counted: Counted, now: Millis) -> Attempts:
        """Count one more attempt; gives how it stood before. Attempts at once are counted one after the other."""
        ...

    async def forget_attempts(self, key: str) -> bool:
        """Begin anew; False when nothing was counted."""
        ...

    async def give_back(self, key: str, before: Attempts) -> None:
        """Count one attempt less: it succeeded."""
        ...

    async def note(self, entry: AuditEntry) -> None:
        """Keep who did what; nothing here is ever changed."""
        ...

    async def noted(self, *, subject: str | None = None, limit: int) -> Sequence[AuditEntry]:
        """The newest first; of one person or thing, or all."""
        ...
