"""What the router tells agents, in German too: refusals, and why one was paused. Elsewhere its words are English."""

from collections.abc import Mapping

from router.web.wording import Language

GERMAN: Mapping[str, str] = {
    "You are not logged in. Log in first.": "Sie sind nicht im Dienst. Bitte zuerst die Arbeit beginnen.",
    "No call is offered to you now.": "Ihnen wird gerade kein Anruf angeboten.",
    "Your phone is ringing: answer it there.": "Ihr Telefon klingelt: bitte dort abnehmen.",
    "You are not in wrap-up now.": "Sie sind gerade nicht in der Nachbearbeitung.",
    "You are in no conversation now.": "Sie sind gerade in keinem Gespräch.",
    "There is no call to report: you are neither in a conversation nor in wrap-up.": (
        "Kein Anruf zu melden: Sie sind weder im Gespräch noch in der Nachbearbeitung."
    ),
    "Nobody waits whom you could serve.": "Es wartet niemand, den Sie bedienen könnten.",
    "That call does not wait (any more).": "Dieser Anruf wartet nicht (mehr).",
    "That call is not parked (any more).": "Dieser Anruf ist nicht (mehr) geparkt.",
    "No call is parked for you.": "Für Sie ist kein Anruf geparkt.",
    "You have a call already: end it first, and its after-work.": (
        "Sie haben schon einen Anruf: erst ihn und seine Nachbearbeitung beenden."
    ),
    "This client's calls need a pledge of secrecy, which you have not made.": (
        "Für Anrufe dieses Auftraggebers fehlt Ihre Verpflichtung zur Verschwiegenheit."
    ),
    "You cannot pass a call to yourself.": "Sie können einen Anruf nicht an sich selbst weitergeben.",
    "The caller's number is suppressed, so it cannot be blocked.": (
        "Die Nummer ist unterdrückt und lässt sich nicht sperren."
    ),
    "The number shown is the client's own, so it cannot be blocked.": (
        "Angezeigt wird die eigene Nummer des Auftraggebers; sie lässt sich nicht sperren."
    ),
    "The conversation is over.": "Das Gespräch ist zu Ende.",
    "This call belongs to no client.": "Dieser Anruf gehört zu keinem Auftraggeber.",
    "You are muted already.": "Ihr Mikrofon ist schon stumm.",
    "You are not muted.": "Ihr Mikrofon ist nicht stumm.",
    "End the consultation first.": "Bitte zuerst die Rückfrage beenden.",
    "That is not possible in a conversation.": "Das geht nicht während eines Gesprächs.",
    "You are consulting nobody.": "Sie haben gerade keine Rückfrage.",
    "You three speak already.": "Sie sprechen schon zu dritt.",
    "The caller has not answered yet.": "Der Anrufer hat noch nicht abgenommen.",
    "The caller is on hold already.": "Der Anrufer wird schon gehalten.",
    "The caller is not on hold.": "Der Anrufer wird nicht gehalten.",
    "The telephone system is not connected now. Try again in a moment.": (
        "Die Telefonanlage ist gerade nicht verbunden. Bitte gleich noch einmal."
    ),
    "declined an offer": "Anruf abgelehnt",
    "by phone": "am Telefon gewählt",
    "missed an offer": "Anruf nicht angenommen",
    "declined on the phone": "Anruf am Telefon abgelehnt",
    "phone cannot be reached": "Telefon nicht erreichbar",
}


def told_in(language: Language, words: str) -> str:
    """The router's words for an agent; those that name people or numbers stay as they are."""
    return GERMAN.get(words, words) if language is Language.GERMAN else words
