"""Use-cases of the people at the desk that are no calls: signing in, notes, deliveries."""
