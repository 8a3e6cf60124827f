"""The shapes of evaluation, each once, and the contract of a kind."""
