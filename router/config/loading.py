"""The way in: `load` for the router, `check` for whoever wants to know what is wrong."""

import gc
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from router.config.build import build
from router.config.checks import problems
from router.config.doubts import doubts
from router.config.findings import Finding, in_order, report
from router.config.loaded import Loaded
from router.config.merged import merge
from router.config.reading import Surroundings
from router.config.sources import read
from router.config.tree import grow
from router.config.written import Written, country_of, write
from router.core.errors import ConfigInvalid
from router.core.ids import Millis


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Either `loaded`, or at least one of `findings`."""

    loaded: Loaded | None
    findings: tuple[Finding, ...]
    written: Written | None = None

    @cached_property
    def doubts(self) -> tuple[Finding, ...]:
        """What is no mistake and yet probably not meant; none are looked for while there are mistakes."""
        if self.loaded is None or self.written is None:
            return ()
        return in_order(self.written.finding(problem) for problem in doubts(self.written))


def load(directory: Path, *, environ: Mapping[str, str] = os.environ, now: Millis | None = None) -> Loaded:
    """Read `config/*.yaml` and `config/clients/*.yaml` as one whole.

    `environ` answers `env:NAME`; `now` (default: the machine's clock) decides which tariff versions are valid.
    Raises `ConfigInvalid` with every finding, one a line, `file:line:col: what is wrong; what would be right`.
    """
    checked = check(directory, environ=environ, now=now)
    if checked.loaded is None:
        raise ConfigInvalid(report(checked.findings))
    return checked.loaded


def check(directory: Path, *, environ: Mapping[str, str] = os.environ, now: Millis | None = None) -> Checked:
    """As `load`, but mistakes come back as values in the order of their places; raises nothing."""
    with _collecting_later():
        return _checked(directory, environ, time.time_ns() // 1_000_000 if now is None else now)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Garbage is collected afterwards: the collector would go through the growing trees again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _checked(directory: Path, environ: Mapping[str, str], instant: Millis) -> Checked:
    sources = read(directory)
    if sources.too_large:
        return Checked(loaded=None, findings=in_order(sources.findings))
    whole = merge(grow(source) for source in sources.files)
    around = Surroundings(directory=directory, environ=environ, country=country_of(whole), now=instant)
    written, findings = write(whole, around)
    found = in_order([*sources.findings, *whole.findings, *findings, *_problems(written)])
    loaded = None if found else build(written.sound, sources.version, instant)
    return Checked(loaded=loaded, findings=found, written=written)


def _problems(written: Written) -> Iterator[Finding]:
    return (written.finding(problem) for problem in problems(written))
