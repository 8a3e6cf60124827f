"""Overlays that may loosen: one error each, naming both lines; and the permission to loosen that nothing needs."""

from __future__ import annotations

from collections.abc import Callable

from policyengine.core.diagnostic import Diagnostic, Related
from policyengine.policyset.overlaying.laying import Laid
from policyengine.policyset.overlaying.ordering import Loosening, loosenings
from policyengine.shapes.contract import Context

Report = Callable[[Diagnostic], None]
_DECLARE = "to loosen it on purpose, add `may_loosen: true` and `because: …`"


def check_order(base: Context, over: Context, laid: Laid, report: Report) -> None:
    """Report what an overlay may loosen, unless it says that it may; say so where it says it for nothing."""
    body = over.document.body
    found = tuple(loosenings(base, over, laid))
    if not body.may_loosen:
        for loosening in found:
            report(_fault(loosening, body.id, laid.bases[0]))
    elif not found:
        span = over.document.span(None, "may_loosen")
        message = f"`{body.id}` loosens nothing"
        report(Diagnostic("PE227", message, span, "warning", help="leave `may_loosen` out"))


def _fault(found: Loosening, over: str, base: str) -> Diagnostic:
    help_ = f"{found.help}; {_DECLARE}" if found.help else _DECLARE
    message = f"`{over}` may loosen `{base}`: {found.says}"
    return Diagnostic("PE223", message, found.over, help=help_, related=(Related(found.base, "the base says"),))
