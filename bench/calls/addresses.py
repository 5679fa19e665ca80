"""Who is where on loopback, and the numbers that are dialled."""

CALLERS = ("127.0.0.2", 15800)  # by this address Asterisk knows the trunk
PHONES = ("127.0.0.3", 15900)  # every agent's and every staff member's phone: one SIPp
SIP_PORT, ARI_PORT, HTTP_PORT = 15990, 18990, 18991
RTP_PORTS = range(34_000, 60_000)  # 13,000 legs: Asterisk tries ports by chance, and fewer free ones cost more tries
DIALLED = "+493023125010"
STAFF = "+493023125120"


def agent_name(nth: int) -> str:
    """What an agent is called, in the router, in app_queue and on the wire."""
    return f"agent{nth:04}"


def contact(user: str) -> str:
    """Where a phone is reached."""
    return f"sip:{user}@{PHONES[0]}:{PHONES[1]}"


def caller_number(nth: int) -> str:
    """Every call has a caller of its own."""
    return f"+49170{nth:07}"


SOUND = (CALLERS[0], 15802), (PHONES[0], 15902)  # where sound goes to be thrown away; also written in the scenarios
