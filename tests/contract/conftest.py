"""The databases that the contract suites run over."""

from tests.fakes.databases import database, postgres, url

__all__ = ["database", "postgres", "url"]
