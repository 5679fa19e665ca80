"""docs/config.md names every key, and its examples are right."""

import re
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from router.config.keys import billing, callers, clients, limiting, people, waiting, whole
from router.config.keys.whole import Everything
from router.config.merged import merge
from router.config.reading import Surroundings
from router.config.sources import Source
from router.config.tree import grow
from router.config.written import write
from tests.shells.config.houses import DEMO, NOW

ENVIRON = {"SIP_ANNA": "password-of-anna", "TRUNK_USER": "me"}
TEXT = (DEMO.parent / "docs" / "config.md").read_text()
KINDS = [kind for room in (billing, callers, clients, limiting, people, waiting, whole) for kind in vars(room).values()]
SECTIONS = sorted({kind for kind in KINDS if isinstance(kind, type) and issubclass(kind, BaseModel)}, key=str)
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_every_key_is_explained(section: type[BaseModel]) -> None:
    missing = [key for key in section.model_fields if not re.search(rf"`(\w+\.)?{key}`", TEXT) and key != "sip"]
    assert missing == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split(":")[0])
def test_examples_are_right_in_themselves(example: str, tmp_path: Path) -> None:
    around = Surroundings(directory=tmp_path, environ=ENVIRON, country="DE", now=NOW)
    _, findings = write(merge([grow(Source(name="docs", content=example.encode()))]), around)
    assert [str(found) for found in findings if "secret's file" not in found.message] == []


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.split(":")[0])
def test_examples_have_only_keys_that_exist(example: str) -> None:
    assert grow(Source(name="docs", content=example.encode())).findings == []
    (section,) = yaml.safe_load(example)
    assert section in Everything.model_fields
