"""PolicySet + record + time → Decision, in stages: one file each; none reads a clock, a file or the network."""
