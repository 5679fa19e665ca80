"""Routing told in whole calls, from arrival to the settled record; docs/routing.md names each story with its rule."""
