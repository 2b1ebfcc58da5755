"""What lies ahead of a ticket: what happens to it if nobody acts any more, and how a deadline comes about."""
