"""The pytest plugin: every case of a `*.test.yaml` file is an item, beside the project's own tests.

A file is collected when it has a document of `kind: test`. The ini option `policyengine = false` (or
`-p no:policyengine`) switches it off; `policyengine_policies` names the policies where they are not those of
`policyengine.yaml`, of the suite's own folder, or of `policies/`. The engine is imported when a suite is found, so that
pytest starts as fast as before.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from policyengine.core.diagnostic import Diagnostic
    from policyengine.verify.collecting import Collected
    from policyengine.verify.suite import Trial

_ENDING: Final = ".test.yaml"
_LIBRARIES: dict[Any, Collected] = {}
"""What was read already, by where it stands: a hundred suites beside one library read it once."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the ini options."""
    parser.addini("policyengine", "collect the suites of policies (*.test.yaml)", type="bool", default=True)
    parser.addini("policyengine_policies", "the policies that the suites are about", type="paths", default=[])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.File | None:
    """Return the collector of a suite, or None for any other file."""
    if not file_path.name.endswith(_ENDING) or not parent.config.getini("policyengine") or not _is_suite(file_path):
        return None
    return SuiteFile.from_parent(parent, path=file_path)


def _is_suite(path: Path) -> bool:
    """Tell whether a file looks like one of ours; others use the ending, too."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    return any(line.replace(" ", "").startswith("kind:test") for line in lines)


def _collected(path: Path, named: tuple[Path, ...]) -> Collected:
    """Return the cases of a suite; those that stand beside the policies are read with them, once for all files."""
    from policyengine.evaluate.config import shown  # noqa: PLC0415 - not before there is a suite
    from policyengine.verify.collecting import Collected, collected_from, configured_at, tested_policies  # noqa: PLC0415

    folder = Path.cwd()
    configured = configured_at(path.parent, folder)
    if configured.diagnostics:
        return Collected(diagnostics=configured.diagnostics)
    config = configured.config
    suite = Path(shown(path, folder))
    policies = tuple(Path(shown(p, folder)) for p in named or tested_policies([suite], config))
    key = (policies, config.schemas, config.zone.key)
    if key not in _LIBRARIES:
        _LIBRARIES[key] = collected_from((), policies, config)
    whole = _LIBRARIES[key]
    known = {Path(file).resolve() for file in whole.texts}
    return whole if path.resolve() in known else collected_from([suite], policies, config)


def _stands_in(fault: Diagnostic, path: Path) -> bool:
    return fault.span is None or Path(fault.span.file).resolve() == path.resolve()


class FaultySuite(Exception):  # noqa: N818 - not an error of the program: the suite's own faults
    """The suite, or the policies that it is about, cannot be read."""


class FailedCase(Exception):  # noqa: N818 - as above
    """Something is not as the case expects."""


class SuiteFile(pytest.File):
    """A file of suites."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the file's cases; what is wrong with the file or with the policies fails the collection."""
        from policyengine.core.diagnostic import has_errors  # noqa: PLC0415 - not before there is a suite

        collected = _collected(self.path, tuple(self.config.getini("policyengine_policies")))
        here = [d for d in collected.diagnostics if collected.assembly is None or _stands_in(d, self.path)]
        if has_errors(here):
            raise FaultySuite("\n".join(_said(fault) for fault in here))
        for trial in collected.trials:
            if Path(trial.file).resolve() == self.path.resolve():
                yield CaseItem.from_parent(self, name=trial.name, trial=trial)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **options: Any) -> Any:
        """Return what is wrong with the suite, without the plugin's own traceback."""
        if isinstance(excinfo.value, FaultySuite):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **options)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, trial: Trial, **options: Any) -> None:
        """Take the case."""
        super().__init__(**options)
        self._trial = trial

    def runtest(self) -> None:
        """Run the case."""
        from policyengine.verify.running import run  # noqa: PLC0415
        from policyengine.verify.wording import details  # noqa: PLC0415

        result = run(self._trial)
        if not result.passed:
            raise FailedCase("\n".join(_visible(line) for line in details(result)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **options: Any) -> Any:
        """Return expected against seen and why, without the plugin's own traceback."""
        if isinstance(excinfo.value, FailedCase):
            return f"{self._trial.span.file}:{self._trial.span.line}\n{excinfo.value}"
        return super().repr_failure(excinfo, *args, **options)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return the case's place; pytest counts lines from 0."""
        return self.path, self._trial.span.line - 1, self._trial.name


def _said(fault: Diagnostic) -> str:
    help_ = f" ({fault.help})" if fault.help else ""
    return _visible(f"{fault.span}: {fault.severity}[{fault.code}]: {fault.message}{help_}")


def _visible(text: str) -> str:
    """Return a text in which nothing acts on the terminal: what policies and records say is not ours."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
