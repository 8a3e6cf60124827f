"""`python -m policyengine` is the program `policyengine`."""

from policyengine.cli import main

main()
