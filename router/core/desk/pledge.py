"""The pledge of secrecy (StGB section 203, GDPR article 32(4)): a text with a version, pledged by each person once."""

import hashlib
from dataclasses import dataclass

from router.core.ids import Millis

TEXT = """\
Verpflichtung auf die Vertraulichkeit

Ich nehme Anrufe für Auftraggeber an, von denen manche an ein Berufsgeheimnis gebunden sind (§ 203 StGB). Ich \
verpflichte mich, über alles, was mir dabei bekannt wird, \
Stillschweigen zu bewahren: wer angerufen hat, worum es ging, und was ich \
über Auftraggeber, ihre Kundinnen, Mandanten und Patienten erfahre.

Ich verarbeite personenbezogene Daten nur, wie es meine Aufgabe verlangt und wie ich angewiesen bin (Art. 29 und 32 \
Abs. 4 DSGVO). Ich gebe meine Zugangsdaten niemandem weiter und sperre meinen Bildschirm, wenn ich den Platz verlasse.

Ich weiß, dass die Pflicht zur Verschwiegenheit nach dem Ende meiner Tätigkeit fortbesteht, und dass ihre Verletzung \
nach § 203 und § 204 StGB, Art. 83 DSGVO und § 42 BDSG mit Freiheitsstrafe oder Geldstrafe bedroht ist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """The text in force. A new `version` is pledged anew by everybody; the version is counted up by operators."""

    version: int = 1
    text: str = TEXT

    @property
    def digest(self) -> str:
        """SHA-256 of the text, hexadecimal: kept with each pledge, so that it can be shown later what was pledged."""
        return hashlib.sha256(self.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledged:
    """What one person has pledged, and when."""

    version: int
    digest: str
    at: Millis
