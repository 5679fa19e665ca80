"""The databases whose history is tested."""

from tests.fakes.databases import database, postgres, url

__all__ = ["database", "postgres", "url"]
