"""Pages and their assets: what is kept by browsers, what is escaped, in which language."""

import pytest
from aiohttp.test_utils import make_mocked_request
from jinja2 import UndefinedError
from yarl import URL

from router.web.assets import asset_url
from router.web.rendering import environment, language_of, rendered
from router.web.wording import Language
from tests.shells.web.desk import running


async def test_an_asset_is_kept_for_a_year_under_the_address_of_its_content() -> None:
    async with running() as served, served.http.get(asset_url("base.css")) as answer:
        assert (answer.status, answer.content_type) == (200, "text/css")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


async def test_an_older_address_gets_the_present_content_and_nobody_keeps_it() -> None:
    async with running() as served, served.http.get("/static/0123456789abcdef/base.css") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-store")


@pytest.mark.parametrize("name", ["missing.css", "..%2Fapp.py", "%2Fetc%2Fpasswd", "..", ".hidden", "%00"])
async def test_nothing_but_assets_is_served(name: str) -> None:
    async with running() as served, served.http.get(URL(f"/static/0/{name}", encoded=True)) as answer:
        assert answer.status == 404


def test_a_page_names_its_language_and_its_style_sheet() -> None:
    german, english = (rendered("base.html", language, {}) for language in Language)
    assert ('<html lang="de">' in german, "Zum Inhalt" in german) == (True, True)
    assert ('<html lang="en">' in english, "Skip to content" in english) == (True, True)
    assert asset_url("base.css") in german


def test_hostile_values_stay_text() -> None:
    page = rendered("base.html", Language.GERMAN, {"csrf": '"><script>alert(1)</script>'})
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="nobody"):
        environment().from_string("{{ nobody }}").render()


@pytest.mark.parametrize(
    ("asked", "language"),
    [("en-GB,en;q=0.9,de;q=0.8", Language.ENGLISH), ("de-AT,en", Language.GERMAN), ("fr", Language.GERMAN)],
)
def test_a_browser_is_answered_in_its_language_else_in_german(asked: str, language: Language) -> None:
    assert language_of(make_mocked_request("GET", "/", headers={"Accept-Language": asked})) is language
