"""Policy tests as data: read, run in virtual time, what they cover, and which changes of the policy they notice."""
