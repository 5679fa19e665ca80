"""What a client has agreed to in a month, from its settings."""

from datetime import date

from router.core.billing.entry import last_of_month
from router.core.billing.month import Terms
from router.core.billing.payer import Payer
from router.core.house import Tariff
from router.core.ids import ClientId


def terms_of(client: ClientId, payer: Payer, tariff: Tariff, month: date) -> Terms | None:
    """A client's month at a tariff; None for a month before its first day. After its last day calls alone count."""
    if payer.begins is not None and payer.begins > last_of_month(month):
        return None
    return Terms(client=client, tariff=tariff, begins=payer.begins, ends=payer.ends)
