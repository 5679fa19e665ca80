"""What a client has agreed to in a month, from its settings."""

from router.core.billing.month import Terms
from router.core.billing.payer import Payer
from router.core.house import Client, ClientStatus


def terms_of(client: Client, payer: Payer) -> Terms:
    """A client's month at its tariff. Before its first day, as in a trial, and after its last one, calls alone count;
    while it is on trial nothing is charged."""
    trial = client.status is ClientStatus.TRIAL
    return Terms(client=client.id, tariff=client.tariff, begins=payer.begins, ends=payer.ends, trial=trial)
