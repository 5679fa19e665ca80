"""What people do on the telephone: how long they speak, wait and hesitate, and how often they do not answer.

A `Caller` is one call to come, with what is known of it beforehand; whatever is not known is drawn from `Habits`.
"""

from dataclasses import dataclass, field
from random import Random

from router.core.ids import CallId, Millis, StaffId
from router.sim.draws import Exponential, LogNormal, Spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls whom, when, and what is known of it beforehand; None: drawn. Lengths in milliseconds.

    `at_least` is how long a caller is known to have waited without giving up, `rang` how long the first agent's phone
    rings. `staff` is whom the agent puts the caller through to, `through` how long they speak, `reached` whether staff
    answer.
    """

    call: CallId
    at: Millis
    dialled: str
    caller: str | None = None
    forwarded_by: tuple[str, ...] = ()
    trunk: str = ""
    patience: Millis | None = None
    at_least: Millis = 0
    rang: Millis | None = None
    talk: Millis | None = None
    wrap_up: Millis | None = None
    staff: StaffId | None = None
    through: Millis | None = None
    reached: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Everybody's habits. `patience` is how long callers wait before they hang up, None: for ever."""

    talk: Spread = field(default=LogNormal(mean=150_000, variation=0.8))
    wrap_up: Spread = field(default=LogNormal(mean=30_000, variation=0.8))
    patience: Spread | None = field(default=Exponential(mean=180_000))
    answer: Spread = field(default=LogNormal(mean=4_000, variation=0.4))  # until an agent picks up
    missed: float = 0.0  # share of offers that the agent misses
    back_after: Spread = field(default=Exponential(mean=120_000))  # until the agent who missed one is available again
    staff_answer: Spread = field(default=LogNormal(mean=9_000, variation=0.4))
    staff_reached: float = 0.7  # share of calls to a staff member's number that are answered
    through: Spread = field(default=LogNormal(mean=180_000, variation=0.8))
    call_back: float = 0.0  # share of waiting callers who ask to be called back, where that is offered
    called_back: float = 0.9  # share of them who answer then
    message_instead: float = 0.0  # share of waiting callers who ask to leave a message, where that is offered
    leave_message: float = 0.5  # share of callers asked for a message who leave one
    message: Spread = field(default=LogNormal(mean=25_000, variation=0.6))
    hesitation: Spread = field(default=Exponential(mean=8_000))  # until a waiting caller presses a key
    millis_a_letter: float = 70.0  # of a spoken text
    recording: Millis = 6_000  # of an uploaded greeting


@dataclass(slots=True, kw_only=True)
class Fate:
    """What will happen to one caller, drawn at the arrival in a fixed order; `chance` is for what happens again."""

    talk: Millis
    wrap_up: Millis
    patience: Millis | None
    through: Millis
    message: Millis
    wants_call_back: bool
    message_instead: bool
    wants_message: bool
    hesitation: Millis
    reached: bool | None
    rang: Millis | None
    habits: Habits
    chance: Random

    @classmethod
    def of(cls, caller: Caller, habits: Habits, chance: Random) -> "Fate":
        """As far as it is known, as it is known."""
        talk, wrap_up, patience = _known(caller, habits, chance)
        through = habits.through.draw(chance)
        return cls(
            talk=talk,
            wrap_up=wrap_up,
            patience=patience,
            through=through if caller.through is None else caller.through,
            message=habits.message.draw(chance),
            wants_call_back=chance.random() < habits.call_back,
            message_instead=chance.random() < habits.message_instead,
            wants_message=chance.random() < habits.leave_message,
            hesitation=habits.hesitation.draw(chance),
            reached=caller.reached,
            rang=caller.rang,
            habits=habits,
            chance=chance,
        )

    def agent_answers(self) -> Millis | None:
        """How long the agent's phone rings; None: until it stops."""
        missed, delay = self.chance.random() < self.habits.missed, self.habits.answer.draw(self.chance)
        known, self.rang = self.rang, None
        return known if known is not None else None if missed else delay

    def staff_answers(self) -> Millis | None:
        """How long a staff member's phone rings; None: until it stops."""
        reached = self.chance.random() < self.habits.staff_reached
        delay = self.habits.staff_answer.draw(self.chance)
        return delay if (reached if self.reached is None else self.reached) else None

    def caller_answers(self) -> Millis | None:
        """How long the caller's phone rings when called back; None: nobody answers."""
        reached, delay = self.chance.random() < self.habits.called_back, self.habits.answer.draw(self.chance)
        return delay if reached else None

    def speaks_again(self) -> None:
        """What is known of the first conversation is not known of a second one, nor of another wait."""
        habits, chance = self.habits, self.chance
        self.talk, self.wrap_up = habits.talk.draw(chance), habits.wrap_up.draw(chance)
        self.patience = habits.patience.draw(chance) if habits.patience else None


def _known(caller: Caller, habits: Habits, chance: Random) -> tuple[Millis, Millis, Millis | None]:
    """All is drawn, also what is known: who comes next in the stream must not depend on what was recorded."""
    talk, wrap_up = habits.talk.draw(chance), habits.wrap_up.draw(chance)
    patience = habits.patience.draw(chance) if habits.patience else None
    return (
        talk if caller.talk is None else caller.talk,
        wrap_up if caller.wrap_up is None else caller.wrap_up,
        _patience(caller, patience),
    )


def _patience(caller: Caller, drawn: Millis | None) -> Millis | None:
    """Who is known to have waited has at least that much of it, and as much again as drawn."""
    if caller.patience is not None or drawn is None:
        return caller.patience
    return caller.at_least + drawn
