"""What to change in a record so that a condition turns: candidates, from the tests of the condition."""
