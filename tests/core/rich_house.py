"""A house in which every rule of routing is in use at once, and how it changes while calls are under way."""

from dataclasses import replace

from router.core.hours import WEEKDAYS, Hours, Span
from router.core.house import (
    ADVERTISING,
    Agent,
    AllowEntry,
    BlockEntry,
    Client,
    ClientStatus,
    Greeting,
    GreetingMode,
    Handling,
    HandlingMode,
    House,
    OfferBy,
    OnBlock,
    Responsible,
    Staff,
    Team,
    Vip,
)
from router.core.ids import AgentId, ClientId, Language, QueueId, Skill, StaffId, TeamId
from router.core.limits import ArrivalLimits, HouseLimits, OutboundLimits, Rate, Rates
from router.core.queue import Choice, Hearing, Queue, Say, Stage, TakeMessage, ToQueue, ToStaff, TurnAway
from router.core.skills import Needs, needs_of
from tests.stories.houses import STANDARD

LAW, TAX, ENGLISH, GERMAN = Skill("law"), Skill("tax"), Language("en"), Language("de")
PRAXIS, KANZLEI, SHOP, LATE_PAYER = map(ClientId, ("praxis", "kanzlei", "shop", "late-payer"))
WEISS, ROT, FORBIDDEN, DEPUTY = map(StaffId, ("weiss", "rot", "forbidden", "deputy"))
ANYBODY, LAWYERS = QueueId("anybody"), QueueId("lawyers")
PRAXIS_NUMBER, KANZLEI_NUMBER, SHOP_NUMBER, LATE_NUMBER = "+493051", "+493052", "+493053", "+493054"
SHARED_NUMBER, PRAXIS_OWN, KANZLEI_OWN = "+493059", "+49301110", "+49302220"
FRIEND, VIP_CALLER, VIP_STRAIGHT, PEST = "+4917033333", "+4917044444", "+4917055555", "+4917066666"
CALLERS = ("+4917011111", "+4917022222", "+4917012121", FRIEND, VIP_CALLER, VIP_STRAIGHT)
ODD_CALLERS = (None, "+4917099999", PEST, "110", "+4930777")
DIALLED = (PRAXIS_NUMBER, KANZLEI_NUMBER, SHOP_NUMBER)
ODDLY_DIALLED = (LATE_NUMBER, SHARED_NUMBER)

# The world begins at 13:00 in Berlin: one team goes at 13:02, the other comes at 13:01; both change once more.
TEAM_HOURS = {
    "early": Hours(name="early", week={day: (Span(start=0, end=782), Span(start=790, end=1440)) for day in WEEKDAYS}),
    "late": Hours(name="late", week={day: (Span(start=781, end=795), Span(start=805, end=1440)) for day in WEEKDAYS}),
}
EARLY, LATE = (Team(id=TeamId(name), name=name, hours=hours) for name, hours in TEAM_HOURS.items())
NIGHT = Hours(name="night", week={day: (Span(start=0, end=360),) for day in WEEKDAYS})
DAY = Hours(name="day", week={day: (Span(start=360, end=1440),) for day in WEEKDAYS})


def _staff(name: StaffId, key: str, *numbers: str, **changes: object) -> Staff:
    staff = Staff(id=name, name=name.title(), numbers=numbers, key=key, ring_ms=10_000)
    return replace(staff, **changes)  # type: ignore[arg-type]


PEOPLE = {
    WEISS: _staff(WEISS, "1", "+4930777", "+4917077"),
    ROT: _staff(ROT, "2", "+4930888", transferable=False, hours=DAY),
    FORBIDDEN: _staff(FORBIDDEN, "3", "+49112", transferable_for_vips=False),
    DEPUTY: _staff(DEPUTY, "4", "+4930777", absent_until=2_000_000_000_000, deputy=ROT),
}
ASKS = TakeMessage(text="May we record you?", key="1", max_ms=30_000)


def _stages(*needs: Needs, every_ms: int = 6_000) -> tuple[Stage, ...]:
    return tuple(Stage(after_ms=place * every_ms, needs=need) for place, need in enumerate(needs))


def _pledged(skills: dict[Skill, int]) -> Needs:
    return needs_of(skills, pledge=True)


PRAXIS_QUEUE = Queue(
    stages=_stages(_pledged({LAW: 4}), _pledged({LAW: 1}), _pledged({})),
    last_agent_ms=600_000,
    vip_head_start_ms=20_000,
    max_waiting=3,
    max_wait_ms=40_000,
    overflow=(ToQueue(queue=ANYBODY, max_wait_ms=20_000), ToStaff(staff=WEISS), ASKS),
    hearing=Hearing(first_ms=4_000, every_ms=7_000),
    callback_key="8",
    message_key="9",
)
KANZLEI_QUEUE = Queue(
    stages=_stages(needs_of({LAW: 2}, language=ENGLISH), needs_of({LAW: 1}), Needs()),
    prefers=frozenset({(TAX, 2)}),
    choice=Choice.BEST_FIT,
    head_start_ms=5_000,
    max_wait_ms=30_000,
    overflow=(ToStaff(staff=ROT), ToQueue(queue=LAWYERS, max_wait_ms=5_000), Say(text="Sorry.")),
    hearing=Hearing(first_ms=2_000, every_ms=5_000, position=False),
    callback_key="8",
)
SECRET_QUEUE = replace(KANZLEI_QUEUE, stages=_stages(_pledged({LAW: 2}), _pledged({})))
SHOP_QUEUE = Queue(
    choice=Choice.ROUND_ROBIN, max_waiting=1, max_wait_ms=15_000, overflow=(TurnAway(),), message_key="9"
)
QUEUES = {
    ANYBODY: Queue(id=ANYBODY, name="Anybody", extension="90"),
    LAWYERS: Queue(id=LAWYERS, name="Lawyers", stages=_stages(needs_of({LAW: 3}), needs_of({LAW: 1})), extension="91"),
}

SURGERY = Client(
    id=PRAXIS,
    name="Praxis",
    numbers=(PRAXIS_NUMBER,),
    forwarded_from=(PRAXIS_OWN,),
    tariff=STANDARD,
    queue=PRAXIS_QUEUE,
    secret=True,
    staff=PEOPLE,
    allow=(AllowEntry(number=FRIEND, staff=WEISS),),
    block=(BlockEntry(number=PEST, until=1_790_074_800_000 + 600_000),),
    vips=(Vip(number=VIP_CALLER), Vip(number=VIP_STRAIGHT, staff=ROT, by_hours=(Responsible(staff=WEISS, hours=DAY),))),
    on_block=OnBlock.ANNOUNCE,
    block_text="No.",
    trunk="carrier",
    caller_id=PRAXIS_NUMBER,
    limits=ArrivalLimits(calls=6, calls_per_caller=2, caller_rate=Rate(burst=5, per_minute=10)),
    outbound=OutboundLimits(legs=2, minutes_a_day=5, cents_a_day=50, longest_ms=60_000),
)
FIRM = Client(
    id=KANZLEI,
    name="Kanzlei",
    numbers=(KANZLEI_NUMBER,),
    forwarded_from=(KANZLEI_OWN,),
    tariff=STANDARD,
    queue=KANZLEI_QUEUE,
    status=ClientStatus.TRIAL,
    greetings=(Greeting(mode=GreetingMode.PLAY, text="Hello."),),
    handlings=(
        Handling(mode=HandlingMode.TAKE),
        Handling(mode=HandlingMode.PUT_THROUGH, staff=DEPUTY, hours=TEAM_HOURS["late"]),
    ),
    staff=PEOPLE,
    block_suppressed=True,
    trunk="carrier",
    caller_id=KANZLEI_NUMBER,
    shows_caller=True,
    limits=ArrivalLimits(calls_per_caller=None, rate=Rate(burst=4, per_minute=20), caller_rate=None),
)
FLOWERS = Client(
    id=SHOP,
    name="Shop",
    numbers=(SHOP_NUMBER,),
    forwarded_from=(),
    tariff=STANDARD,
    queue=SHOP_QUEUE,
    staff=PEOPLE,
    trunk="carrier",
    caller_id=SHOP_NUMBER,
    limits=ArrivalLimits(calls_per_caller=1, caller_rate=None),
)
REPORTED = tuple(BlockEntry(number=number, reason=ADVERTISING) for number in CALLERS[:3])  # who is soon reported anew
DEBTOR = replace(FLOWERS, id=LATE_PAYER, numbers=(LATE_NUMBER,), status=ClientStatus.SUSPENDED, block=REPORTED)


def _agent(name: str, skills: dict[Skill, int], *languages: Language, **changes: object) -> Agent:
    agent = Agent(id=AgentId(name), name=name.title(), skills=skills, languages=frozenset({GERMAN, *languages}))
    return replace(agent, ring_ms=8_000, **changes)  # type: ignore[arg-type]


AGENTS = (
    _agent("anna", {LAW: 5, TAX: 1}, ENGLISH, pledged=True, team=EARLY, extension="10"),
    _agent("bernd", {LAW: 1, TAX: 4}, pledged=True, offer_by=OfferBy.DESK, extension="11"),
    _agent("clara", {LAW: 2}, ENGLISH, team=LATE, extension="12"),
    _agent("dora", {}, pledged=True, team=LATE),
    _agent("emil", {LAW: 3, TAX: 2}),
)
NAMES = (*(one.id for one in AGENTS), AgentId("nobody"))


def _house(version: str, clients: tuple[Client, ...], agents: tuple[Agent, ...], **changes: object) -> House:
    house = House(
        version=version,
        clients={client.id: client for client in clients},
        agents={one.id: one for one in agents},
        block=(BlockEntry(prefix="+49170999"),),
        queues=QUEUES,
        wrap_up_limit_ms=20_000,
        park_limit_ms=15_000,
        rates=Rates(by_prefix={"+4930": 5, "+4917": 20}),
        own_numbers=frozenset({*DIALLED, *ODDLY_DIALLED, PRAXIS_OWN}),
        advertising_reports=2,
        advertising_block_ms=120_000,
    )
    return replace(house, **changes)  # type: ignore[arg-type]


HOUSES = (
    _house("1", (SURGERY, FIRM, FLOWERS, DEBTOR), AGENTS),
    _house("2", (SURGERY, FIRM, FLOWERS), AGENTS[1:], limits=HouseLimits(calls=5, kept_free=2), default_client=SHOP),
    _house(
        "3",
        (replace(SURGERY, limits=ArrivalLimits(), block=(), on_block=OnBlock.REJECT), FIRM, replace(FLOWERS, staff={})),
        (*AGENTS[:3], replace(AGENTS[3], team=None, pledged=False), replace(AGENTS[4], pledged=True, skills={})),
        wrap_up_limit_ms=1_000,
        advertising_reports=0,
    ),
    _house(
        "4",
        (replace(SURGERY, secret=False, queue=SHOP_QUEUE), replace(FIRM, secret=True, queue=SECRET_QUEUE), DEBTOR),
        AGENTS,
        country="AT",
    ),
)
