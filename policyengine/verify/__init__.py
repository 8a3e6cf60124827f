"""Policy tests: suites read, run and compared. Nothing is imported here, so that pytest's start stays as it is."""
