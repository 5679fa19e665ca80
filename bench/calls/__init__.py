"""The same call through Dial, app_queue and the router, measured side by side: `python -m bench.calls --help`."""
