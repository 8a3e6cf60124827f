"""Validated documents → an immutable set of policies with an index and a digest."""
