"""Results as JUnit XML, the form that CI systems read. It has no times: the same results are the same bytes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from policyengine.verify.running import Result
from policyengine.verify.wording import details, short

# What XML 1.0 (section 2.2) cannot carry, not even escaped.
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Sequence[Result]) -> bytes:
    """Return the results as an XML document, one test suite a file, in the order of the results."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - only for this format

    root = ET.Element("testsuites", _counts(results) | {"name": "policyengine test"})
    for file in dict.fromkeys(result.span.file for result in results):
        of_file = [result for result in results if result.span.file == file]
        suite = ET.SubElement(root, "testsuite", _counts(of_file) | {"name": _text(file)})
        for result in of_file:
            where = {"file": _text(file), "line": str(result.span.line)}
            case = ET.SubElement(suite, "testcase", {"classname": _text(file), "name": _text(result.name)} | where)
            if not result.passed:
                failure = ET.SubElement(case, "failure", {"message": _text(short(result)), "type": "expectation"})
                failure.text = _text("\n".join(details(result)))
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _counts(results: Sequence[Result]) -> dict[str, str]:
    failed = sum(not result.passed for result in results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": "0"}


def _text(text: str) -> str:
    return _IMPOSSIBLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
