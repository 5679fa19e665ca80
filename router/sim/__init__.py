"""The same core under a simulated clock: staffing what-if, backtest."""
