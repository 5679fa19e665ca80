"""Every error of the product, in one tree.

VorzimmerError
├── RequestRefused       an agent asked for what is not possible now
├── IllegalMove          our own bug: the core asked for a move its table does not have
├── ConfigInvalid        the operators' YAML; holds every finding with file, line and column
├── LedgerUnavailable    the database cannot be reached; nothing was stored, try again
├── LedgerCorrupt        the ledger's chain, balance or completeness does not hold
├── EntryRefused         an entry cannot be posted to the ledger: its month is closed, its key is taken …
├── CurrenciesMixed      a client's month has calls or entries in another currency than its tariff
├── CallIdTaken          another call was settled under this call's id; this one was not
├── JournalBroken        the disk did not take an event; nothing of it was kept, try again once there is room
├── JournalCorrupt       a record before the journal's torn tail cannot be read
├── SetUpFailed          something the start needs is missing
├── Undelivered          a note was not taken by whom it is for: for now, or for good
├── Deposed              another router leads now: this one commands nothing more
├── SoundUnusable        (router/speech/job.py) a text or recording that cannot be played
└── Unauthorized, Forbidden, NotFound, RequestInvalid (router/web/errors.py) what the API refuses

Asterisk's refusals are a tree of their own, in router/ari/errors.py: it is a library that others can use.

Each has a stable `id` for logs and the API, names the offending thing, and says what to do.
"""


class VorzimmerError(Exception):
    """The root of all; `id` is stable across releases."""

    id = "vorzimmer"


class RequestRefused(VorzimmerError):
    """An agent's request that is not possible now; the message says why, in words for the agent."""

    id = "request_refused"


class IllegalMove(VorzimmerError):
    """A call was moved against its table."""

    id = "illegal_move"


class ConfigInvalid(VorzimmerError):
    """The configuration cannot be used; the message lists every finding, one a line."""

    id = "config_invalid"


class LedgerUnavailable(VorzimmerError):
    """The database cannot be reached now."""

    id = "ledger_unavailable"


class LedgerCorrupt(VorzimmerError):
    """What the ledger holds cannot be what was posted."""

    id = "ledger_corrupt"


class EntryRefused(VorzimmerError):
    """An entry cannot be posted; the message says why, and what can be done instead. Nothing was posted."""

    id = "entry_refused"


class CurrenciesMixed(VorzimmerError):
    """A month holds two currencies, and no sum can be made of them."""

    id = "currencies_mixed"

    def __init__(self, what: str, its: str, expected: str) -> None:
        super().__init__(f"{what} is in {its}, the month's tariff in {expected}: change a currency only between months")


class CallIdTaken(VorzimmerError):
    """Another call was settled under this call's id: trying again will not help, and this one is not yet billed."""

    id = "call_id_taken"

    def __init__(self, call: str) -> None:
        super().__init__(
            f"call {call} was settled with other times, parts or tariff, and this one was not: do two Asterisks use one"
            " database with the same VORZIMMER_SYSTEM_NAME? Give each its own"
        )


class JournalBroken(VorzimmerError):
    """The disk did not take the journal: nothing of the event at hand was kept, try again once there is room."""

    id = "journal_broken"


class JournalCorrupt(VorzimmerError):
    """The journal is damaged elsewhere than at its torn tail."""

    id = "journal_corrupt"


class SetUpFailed(VorzimmerError):
    """Something that the start needs is missing or unusable."""

    id = "set_up_failed"


class Undelivered(VorzimmerError):
    """A message was not taken; `lasting`: trying again as it is will not help."""

    id = "undelivered"

    def __init__(self, reason: str, *, lasting: bool = False) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Deposed(VorzimmerError):
    """Another router leads now."""

    id = "deposed"
