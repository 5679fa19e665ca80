"""Countries as the last line of an address names them: in German capitals, for letters are posted in Germany."""

NAMES = {
    "AT": "ÖSTERREICH", "BE": "BELGIEN", "BG": "BULGARIEN", "CH": "SCHWEIZ", "CY": "ZYPERN", "CZ": "TSCHECHIEN",
    "DE": "DEUTSCHLAND", "DK": "DÄNEMARK", "EE": "ESTLAND", "ES": "SPANIEN", "FI": "FINNLAND", "FR": "FRANKREICH",
    "GB": "VEREINIGTES KÖNIGREICH", "GR": "GRIECHENLAND", "HR": "KROATIEN", "HU": "UNGARN", "IE": "IRLAND",
    "IT": "ITALIEN", "LI": "LIECHTENSTEIN", "LT": "LITAUEN", "LU": "LUXEMBURG", "LV": "LETTLAND", "MT": "MALTA",
    "NL": "NIEDERLANDE", "NO": "NORWEGEN", "PL": "POLEN", "PT": "PORTUGAL", "RO": "RUMÄNIEN", "SE": "SCHWEDEN",
    "SI": "SLOWENIEN", "SK": "SLOWAKEI", "US": "USA",
}  # fmt: skip


def name_of(country: str) -> str:
    """By ISO 3166; the code itself for a country that has no name here."""
    return NAMES.get(country, country)
