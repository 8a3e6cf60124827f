"""PolicySet + record + time → Decision, in stages: one file each, none of which reads a clock, a file or the network."""
