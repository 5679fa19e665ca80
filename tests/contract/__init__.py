"""One suite per port, run over the fake and over every real thing behind it."""
