"""What the generated classes stand on: a request, the session that sends it, resources and handles.

A handle (`Channel`, `Bridge`, `Playback` …) is an object's id with the operations on it. It can be made before
the object exists, so that its handlers are in place before the request that creates it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from urllib.parse import quote

from router.ari.errors import AriUsage

QueryValue = str | int | float | bool | Sequence[str] | None
Snapshot = TypeVar("Snapshot")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One ARI request; `operation` is its name in metrics, None in `query` means "not sent"."""

    operation: str
    method: str
    path: tuple[str, ...]
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    body: object = None
    """Sent as JSON unless None."""

    @property
    def url_path(self) -> str:
        """The path below /ari, every part percent-encoded."""
        return "/" + "/".join(quote(part, safe="") for part in self.path)


def wrapped(name: str, value: object) -> object:
    """The JSON body that carries one named container, or no body at all."""
    return None if value is None else {name: value}


class Subscription:
    """A registered handler; `close()` takes it out again, twice is harmless."""

    def __init__(self, remove: Callable[[], None]) -> None:
        self._remove = remove

    def close(self) -> None:
        """Stop calling the handler."""
        self._remove()


class Session(Protocol):
    """What a resource or handle needs from the client."""

    async def send(self, request: Request, parse: Callable[[object], T]) -> T:
        """Send one request and read its answer; raises AriRequestError or AriMalformed."""
        ...

    def subscribe(self, handle: "Handle[Any]", event_type: str | type, callback: Callable[..., object]) -> Subscription:
        """Call `callback(handle, event)` for this object's events of one type."""
        ...

    def forget(self, handle: "Handle[Any]") -> None:
        """Drop all handlers of this object."""
        ...


class Resource:
    """The operations of one part of the API."""

    def __init__(self, session: Session) -> None:
        self._session = session


class Handle(Generic[Snapshot]):
    """One object in Asterisk; equal when kind and id are equal."""

    kind: ClassVar[str]
    """The model's name in the API."""

    def __init__(self, session: Session, ident: str, snapshot: Snapshot | None = None) -> None:
        if not ident:
            raise AriUsage(f"{self.kind} needs an id")
        self._session = session
        self._snapshot = snapshot
        self.id = ident

    @property
    def snapshot(self) -> Snapshot:
        """The state Asterisk last told with this handle; raises AriUsage when the handle was made locally."""
        if self._snapshot is None:
            raise AriUsage(f"{self!r} was made locally and has no snapshot; ask for one with get()")
        return self._snapshot

    def on_event(self, event_type: str | type, callback: Callable[..., object]) -> Subscription:
        """Call `callback(handle, event)` (plain or async) for each event of this type that names this object.

        May be registered before the object exists; dropped after the object's last event. Raises AriUsage for an
        event type that never names such an object or that the event filter does not let in.
        """
        return self._session.subscribe(self, event_type, callback)

    def forget(self) -> None:
        """Drop all handlers of this object now."""
        self._session.forget(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and (self.kind, self.id) == (other.kind, other.id)

    def __hash__(self) -> int:
        return hash((self.kind, self.id))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}>"
