"""The asyncio shell around the core: one inbox, the journal before the act, one timer, recovery."""
