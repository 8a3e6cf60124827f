"""`appeal`: where somebody goes who does not agree with what was done to what they wrote, and in what time."""

from __future__ import annotations

from typing import Annotated

from policyengine.core.duration import Duration
from policyengine.shapes.parts import Doc, Part, Refers, Tighter


class Appeal(Part, frozen=True, kw_only=True):
    """Who hears appeals, how long one may be made, and in what time it is answered."""

    to: Annotated[str, Refers("team"), Tighter("any"), Doc("the team that hears it", "community")]
    within: Annotated[Duration, Tighter("up"), Doc("how long after the action somebody may appeal", "6 months")]
    answer_within: Annotated[
        Duration | None, Tighter("down", unsaid="loosest"), Doc("in what time the team answers", "7d")
    ] = None
