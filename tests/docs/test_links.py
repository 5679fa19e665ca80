"""Links in the pages lead somewhere, and what they say of the code is there."""

import pytest

from tests.docs.pages import ROOT, Link, headings, links, names_in, pages

PAGES = pages()
LINKS = [link for page in PAGES for link in links(page)]
NAMED = [link for link in LINKS if link.target.suffix == ".py" and link.words.startswith("`")]
TO_HEADINGS = [link for link in LINKS if link.heading]
CONTEXTS = [link for link in LINKS if link.target.name == "extensions.conf" and link.words.startswith("`")]


def test_there_are_pages_and_links() -> None:
    assert ROOT / "README.md" in PAGES
    assert len(NAMED) > 20
    assert CONTEXTS


@pytest.mark.parametrize("link", LINKS, ids=str)
def test_link_leads_to_a_file_of_the_project(link: Link) -> None:
    assert link.target.is_relative_to(ROOT)
    assert link.target.exists()


@pytest.mark.parametrize("link", TO_HEADINGS, ids=str)
def test_link_leads_to_a_heading_that_stands_there(link: Link) -> None:
    assert link.heading in headings(link.target)


@pytest.mark.parametrize("link", NAMED, ids=str)
def test_linked_name_is_defined_in_the_linked_module(link: Link) -> None:
    name = link.words.strip("`")
    assert name in names_in(link.target) or name == link.target.name or (ROOT / name) == link.target


@pytest.mark.parametrize("link", CONTEXTS, ids=str)
def test_linked_context_is_in_the_dialplan(link: Link) -> None:
    assert f"[{link.words.strip('`')}]" in link.target.read_text(encoding="utf-8").splitlines()
