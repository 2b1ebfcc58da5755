"""Which single changes of a policy its tests notice, and which they do not."""
