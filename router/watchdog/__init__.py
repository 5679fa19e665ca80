"""The watchdog: a small process that starts the router, hears its beat, and replaces one that is silent or gone."""
