"""`python -m router.ari.generate PATH_TO_rest-api [--check]`."""

import argparse
import sys
from pathlib import Path

from router.ari.generate.models import emit_events, emit_models
from router.ari.generate.resources import emit_resource, file_name
from router.ari.generate.swagger import Api, load
from router.ari.generate.text import module

TARGET = Path(__file__).parent.parent / "generated"


def emit(apis: tuple[Api, ...]) -> dict[str, str]:
    """All files by name."""
    files = {f"{file_name(api.name)}.py": emit_resource(api) for api in apis}
    package = module("Written from Asterisk's swagger files.")
    return files | {"models.py": emit_models(apis), "events.py": emit_events(apis), "__init__.py": package}


def differences(files: dict[str, str], target: Path) -> list[str]:
    """Names of the files in `target` that are not what `files` says, missing and surplus ones among them."""
    present = {path.name: path.read_text("utf-8") for path in target.glob("*.py")}
    return sorted(name for name in files.keys() | present.keys() if files.get(name) != present.get(name))


def write(files: dict[str, str], target: Path) -> None:
    """Write all files and delete those that the API no longer has."""
    target.mkdir(exist_ok=True)
    for path in target.glob("*.py"):
        if path.name not in files:
            path.unlink()
    for name, text in files.items():
        (target / name).write_text(text, "utf-8")


def main(arguments: list[str]) -> int:
    """Exit status: 0 done or equal, 1 different (with --check), 2 wrong use."""
    parser = argparse.ArgumentParser(prog="python -m router.ari.generate", description=__doc__)
    parser.add_argument("rest_api", type=Path, help="…/share/asterisk/rest-api of the Asterisk version to support")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if the committed files differ")
    given = parser.parse_args(arguments)
    try:
        files = emit(load(given.rest_api))
    except FileNotFoundError as error:
        parser.error(str(error))
    if not given.check:
        write(files, TARGET)
        return 0
    changed = differences(files, TARGET)
    sys.stdout.writelines(f"{TARGET / name}: differs; run python -m router.ari.generate\n" for name in changed)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
