"""The moves of a call, by subject; which of them is legal when stands in `core/call.py`."""
