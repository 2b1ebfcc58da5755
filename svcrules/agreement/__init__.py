"""Whether the evaluators agree: histories of tickets on and beside a policy's boundaries, run through all of them."""
