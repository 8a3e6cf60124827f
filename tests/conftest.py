"""What all tests share: how hypothesis searches.

`ci` is the default, so that the README's test command gives the same answer twice; look for new counterexamples with
`HYPOTHESIS_PROFILE=explore`.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Two cores are shared by everything that runs: time says nothing about the code here.
_SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("ci", _SHARED, derandomize=True, database=None)
settings.register_profile("explore", _SHARED, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
