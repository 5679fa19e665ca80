"""The databases that these tests run over."""

from tests.fakes.databases import database, postgres, url

__all__ = ["database", "postgres", "url"]
