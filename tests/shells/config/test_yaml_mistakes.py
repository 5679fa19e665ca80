"""What YAML itself gets wrong or silently changes."""

from pathlib import Path

import pytest

from tests.shells.config.houses import Mistake, findings_of

MISTAKES = [
    Mistake("a key twice", "clients.yaml", "    name: Bakery\n", "    name: Bakery\n    name: Baker\n", '4:5: "name" stands here twice (first in line 3); keep one of the two'),
    Mistake("an id twice", "clients.yaml", "  florist:\n", "  bakery:\n", '19:3: "bakery" stands here twice (first in line 2); keep one of the two'),
    Mistake("an unquoted number", "clients.yaml", '["+493023125110"]', "[+493023125110]", '5:22: YAML reads +493023125110 as a number, not as it stands here; write "+493023125110" in quotes'),
    Mistake("an unquoted number as key", "house.yaml", '"+493023125000": ', "+493023125000: ", '10:3: the key +493023125000 is no text in YAML; write "+493023125000" in quotes'),
    Mistake("a time that YAML counts in sixties", "house.yaml", '["08:00-12:00", "13:00-18:00"]', "[22:30]", '16:15: YAML reads 22:30 as a number, not as it stands here; write "22:30" in quotes'),
    Mistake("no as a word", "clients.yaml", "name: Florist", "name: no", '20:11: YAML reads no as false; write false, or "no" in quotes if the word is meant'),
    Mistake("yes as truth", "agents.yaml", "    name: Anna\n", "    name: Anna\n    offer_by: yes\n", '4:15: YAML reads yes as true; write true, or "yes" in quotes if the word is meant'),
    Mistake("off as truth", "clients.yaml", "    name: Florist\n", "    name: Florist\n    block_suppressed: off\n", '21:23: YAML reads off as false; write false, or "off" in quotes if the word is meant'),
    Mistake("an unquoted price", "house.yaml", '"0.59"', "0.59", '20:23: YAML reads 0.59 as a number, not as it stands here; write "0.59" in quotes'),
    Mistake("a tab", "clients.yaml", "    name: Florist\n", "\tname: Florist\n", "20:1: a tab stands here; indent with spaces"),
    Mistake("two documents", "agents.yaml", "agents:\n", "---\nagents: {}\n---\nagents:\n", "3:1: this is not YAML: found another document; remove the line --- and what follows, or make it a file of its own"),
    Mistake("an open quote", "clients.yaml", "name: Florist", "name: 'Florist", "20:11: this is not YAML: found unexpected end of stream; close the quote"),
    Mistake("a colon in a text", "clients.yaml", "text: Good day", "text: Good day: here", "10:23: this is not YAML: mapping values are not allowed in this context; put a text that holds a colon in quotes, and check the indentation"),
    Mistake("an open bracket", "agents.yaml", "[general]", "[general", "4:13: this is not YAML: did not find expected ',' or ']'; close the bracket, or put the text in quotes"),
    Mistake("an undefined alias", "agents.yaml", "[general]", "*skills", "4:13: this is not YAML: found undefined alias; write the value out"),
    Mistake("an alias of itself", "agents.yaml", "[general]", "&skills [*skills]", "4:13: an anchor holds an alias of itself; write the values out plainly"),
    Mistake("a merge key", "agents.yaml", "    name: Anna\n", "    name: Anna\n    <<: {ring: 15s}\n", "4:5: merge keys (<<) are not read; write the keys out"),
    Mistake("a tag", "agents.yaml", "name: Anna", "name: !!python/name:os.system Anna", "3:11: the tag python/name:os.system is not read; remove the tag"),
    Mistake("a tagged mapping", "agents.yaml", "    sip:\n", "    sip: !phone\n", "5:10: the tag !phone is not read; remove the tag"),
    Mistake("no value", "clients.yaml", "    tariff: standard\n    skills", "    tariff:\n    skills", "6:12: there is no value here; write one, or remove the key"),
    Mistake("an empty section", "house.yaml", "skills:\n  general: Everything\n", "skills:\n", "11:8: there is no value here; write one, or remove the key"),
    Mistake("an unquoted day", "house.yaml", "    - version: 1\n", "    - version: 1\n      valid_from: 2026-01-01\n", '20:19: YAML reads 2026-01-01 as a date, not as it stands here; write "2026-01-01" in quotes'),
    Mistake("a byte order mark", "agents.yaml", "agents:\n", "\ufeffagents:\n", "1:1: the file begins with a byte order mark; save the file as UTF-8 without a byte order mark"),
    Mistake("an invisible character", "agents.yaml", "name: Anna", "name: An\u2028na", "3:13: an invisible character (U+2028); delete it, or type it anew"),
    Mistake("a NUL", "agents.yaml", "name: Anna", "name: An\0na", "3:13: an invisible character (U+0000); delete it, or type it anew"),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=str)
def test_operator_reads_where_and_why_the_yaml_is_wrong(mistake: Mistake, tmp_path: Path) -> None:
    assert findings_of(mistake, tmp_path) == [f"{mistake.file}:{mistake.finding}"]
