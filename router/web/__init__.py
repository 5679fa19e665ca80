"""The web room: health, metrics, and the agents' JSON API with its live events."""

from router.web.app import build_app, serve

__all__ = ["build_app", "serve"]
