"""Keys and values that are not what is wanted where they stand."""

from pathlib import Path

import pytest

from tests.shells.config.houses import Mistake, findings_of

MISTAKES = [
    Mistake("an unknown section", "house.yaml", "skills:\n", "skils:\n", '11:1: unknown section "skils"; did you mean skills?'),
    Mistake("an unknown key", "clients.yaml", "    vips:", "    vipps:", '16:5: unknown key "vipps"; did you mean vips?'),
    Mistake("an unknown key of an agent", "agents.yaml", "    skills: [general]", "    skills: [general]\n    colour: red", '5:5: unknown key "colour"; write one of api_token, name, offer_by, ring, sip, skills'),
    Mistake("a missing key", "clients.yaml", "    name: Florist\n", "", '19:3: "name" is missing in clients florist; add it, such as name: "…"'),
    Mistake("a missing secret", "agents.yaml", "    api_token: a-long-token-of-anna\n", "", '2:3: "api_token" is missing in agents anna; add it, such as api_token: "file:/run/secrets/token_anna"'),
    Mistake("an unquoted national number", "clients.yaml", '["+491713920001"]', "[0171 3920001]", '15:19: "0171 3920001" is not a telephone number in E.164; write "+491713920001"'),
    Mistake("a national number", "clients.yaml", '"+493023125120"', '"030 23125120"', '21:22: "030 23125120" is not a telephone number in E.164; write "+493023125120"'),
    Mistake("a number with spaces", "clients.yaml", '"+493023125120"', '"+49 30 23125120"', '21:22: "+49 30 23125120" is not a telephone number in E.164; write "+493023125120"'),
    Mistake("no number at all", "clients.yaml", '"+493023125120"', '"the shop"', '21:22: "the shop" is not a telephone number in E.164; write a plus, the country code and the number, such as "+493012345678"'),
    Mistake("a broken time", "house.yaml", '"13:00-18:00"', '"13-18"', '16:30: "13-18" is no time of day from-to; write "08:00-18:00"; the end may be "24:00", or lie after midnight: "22:00-06:00"'),
    Mistake("a time that begins at 24:00", "house.yaml", '"13:00-18:00"', '"24:00-18:00"', '16:30: "24:00-18:00" is no time of day from-to; write "08:00-18:00"; the end may be "24:00", or lie after midnight: "22:00-06:00"'),
    Mistake("a day nobody knows", "house.yaml", "mo-fr", "mon-fri", '16:7: "mon-fri" is no day of the week; write mo, tu, we, th, fr, sa, su, or from-to such as mo-fr'),
    Mistake("a quoted truth", "clients.yaml", "    name: Florist\n", '    name: Florist\n    block_suppressed: "true"\n', "21:23: a truth value is wanted here, not a text; write true or false, without quotes"),
    Mistake("a price with a comma", "house.yaml", '"0.59"', '"0,59"', '20:23: "0,59" is not a price; write units of the currency with a point, such as "0.59"'),
    Mistake("a whole unquoted price", "house.yaml", '"0.59"', "1", '20:23: 1 is a number here, where a text is wanted; write "1" in quotes'),
    Mistake("a duration without unit", "agents.yaml", "    name: Anna\n", "    name: Anna\n    ring: 15\n", '4:11: 15 is a number here, where a text is wanted; write a text such as "15s"'),
    Mistake("a duration in words", "agents.yaml", "    name: Anna\n", "    name: Anna\n    ring: a minute\n", '4:11: "a minute" is not a duration; write a whole number and its unit: 500ms, 15s, 2min, 1h'),
    Mistake("a duration of nothing", "agents.yaml", "    name: Anna\n", "    name: Anna\n    ring: 0s\n", '4:11: "0s" is too short; write 1s to 24h'),
    Mistake("a list for a mapping", "house.yaml", "skills:\n  general: Everything\n", "skills: [general]\n", "11:9: skills is no mapping; write its entries indented below skills:"),
    Mistake("a mapping for a list", "clients.yaml", "skills: [general]", "skills: {general: true}", '7:13: a list is wanted here, not a mapping; write it in brackets, such as ["…"]'),
    Mistake("a text for a mapping", "agents.yaml", "    sip:\n      password: password-of-anna\n", "    sip: password-of-anna\n", "5:10: a mapping is wanted here, not a text; write its keys indented below, each with a colon"),
    Mistake("an unknown word", "clients.yaml", "mode: play", "mode: speak", '24:15: "speak" is not known here; write \'play\' or \'hand_off\''),
    Mistake("an unquoted key", "clients.yaml", 'key: "1"', "key: 1", '14:14: 1 is a number here, where a text is wanted; write "1" in quotes'),
    Mistake("a key of two digits", "clients.yaml", 'key: "1"', 'key: "12"', '14:14: "12" is not a key of a phone; write one digit from "1" to "9"'),
    Mistake("a missing recording", "clients.yaml", "        text: Welcome\n", "        recording: welcome.wav\n", "25:20: there is no recording welcome.wav; put it into recordings/welcome.wav"),
    Mistake("a recording outside", "clients.yaml", "        text: Welcome\n", "        recording: ../welcome.wav\n", '25:20: "../welcome.wav" is not the name of a recording; write a name alone, such as welcome.wav or welcome.mp3'),
    Mistake("a recording that is none", "clients.yaml", "        text: Welcome\n", "        recording: notes.wav\n", "25:20: the recording notes.wav is neither WAV nor MP3; export it again, as WAV with 8 or 16 kHz"),
    Mistake("no greeting", "clients.yaml", "    greetings:\n      - mode: play\n        text: Welcome\n", "    greetings: []\n", "23:16: this is empty; write at least one entry"),
    Mistake("an agent's id in capitals", "agents.yaml", "  anna:", "  Anna:", '2:3: "Anna" is not an id; use 2 to 31 of a-z, 0-9, - and _, beginning with a letter'),
    Mistake("a short password", "agents.yaml", "password-of-anna", "secret", "6:17: the secret has only 6 characters; use at least 8"),
    Mistake("a variable that is not set", "agents.yaml", "password-of-anna", "env:SIP_ANNA", "6:17: the environment has no variable SIP_ANNA; set it, or write env:SIP_ANNA=default"),
    Mistake("a secret's file that is missing", "agents.yaml", "password-of-anna", "file:anna.txt", "6:17: the secret's file anna.txt cannot be read; make it a readable text file; relative paths begin in the configuration's directory"),
    Mistake("a short token", "agents.yaml", "a-long-token-of-anna", "token", "7:16: the secret has only 5 characters; use at least 16"),
    Mistake("an address that is none", "house.yaml", "contact: sip.example.net", "contact: http://example.net", '7:14: "http://example.net" is not a SIP address; write host:port, such as sip.example.net:5060 or sip:anna@192.0.2.7:5062;transport=tcp'),
    Mistake("a port too high", "house.yaml", "contact: sip.example.net", "contact: sip.example.net:70000", '7:14: "sip.example.net:70000" is not a SIP address; write host:port, such as sip.example.net:5060 or sip:anna@192.0.2.7:5062;transport=tcp'),
    Mistake("a network that is none", "house.yaml", '"192.0.2.1"', '"192.0.2"', '6:13: "192.0.2" is not an IP address or network; write the provider\'s address or network, such as "192.0.2.10" or "192.0.2.0/28"'),
    Mistake("an address inside a network", "house.yaml", '"192.0.2.1"', '"192.0.2.1/24"', '6:13: "192.0.2.1/24" is an address inside a network; write "192.0.2.0/24"'),
    Mistake("everybody's calls", "house.yaml", '"192.0.2.1"', '"0.0.0.0/0"', '6:13: "0.0.0.0/0" matches everybody; write the provider\'s own addresses'),
    Mistake("a day that does not exist", "house.yaml", '      acceptance_fee: "0.59"\n', '      acceptance_fee: "0.59"\n    - {version: 2, valid_from: "2026-02-30"}\n', '21:32: "2026-02-30" is not a day; write year-month-day, such as "2026-01-31"'),
    Mistake("an unknown time zone", "house.yaml", "    week:", "    timezone: Berlin\n    week:", '15:15: "Berlin" is not a time zone; write one of the IANA\'s names, such as Europe/Berlin'),
    Mistake("an unknown country", "house.yaml", "house:\n", "house:\n  country: Germany\n", '2:12: "Germany" is not a country; write its two capital letters of ISO 3166, such as DE'),
    Mistake("a code without star", "house.yaml", 'hold: "*1"', 'hold: "1"', '3:17: "1" is not a code for a phone\'s keys; write a star and one to three digits, such as "*2"'),
    Mistake("staff with the police's number", "clients.yaml", '["+491713920001"]', '["110"]', '15:19: "110" is not a telephone number in E.164; write a plus, the country code and the number, such as "+493012345678"'),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_operator_reads_which_value_would_be_right(mistake: Mistake, tmp_path: Path) -> None:
    assert findings_of(mistake, tmp_path) == [f"{mistake.file}:{mistake.finding}"]
