"""A ticket: the state that is kept of it, its history, what fires in it, and the answer to all that."""
