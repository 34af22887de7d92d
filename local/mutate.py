"""Mutation testing with mutmut: change the code in small steps, and count the mutants that the tests kill.

    python -m local.mutate betting [--minutes 10]      one room
    python -m local.mutate betting --every 5           a fifth of a room's changes, spread evenly over its modules
    python -m local.mutate --since main                the lines that changed since a commit, in every room

Works on a copy in .build/mutate, which stays there: `mutmut show NAME` and `mutmut browse` answer in it.
"""

import json
import re
import shutil
import signal
import subprocess
import sys
import tokenize
from argparse import ArgumentParser
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")
MIRROR = Path("../shared/data")
WEB = (
    *("authentication", "cache_headers", "cached_route", "idempotency"),
    *("params", "rate_limits", "strict_json", "strict_numbers"),
)
"""Without `errors`: its tests start processes, which import the original code."""
PRESENTATION = ("match_conditions", "match_params", "matches/*", "predictions/*")
"""Of shared/web, what only tests of functions reach."""
ROOMS = {
    **{
        room: ([f"shared/{room}/*.py"], [f"tests/{room}"])
        for room in ("accounts", "betting", "football", "forecasting", "explanations")
    },
    # Apart from the room `web`: all of its tests reach these modules, so that a change of them would take minutes.
    "edge": (
        ["shared/web/app.py", "shared/web/middleware.py"],
        ["tests/web/test_app.py", "tests/web/test_retries.py"],
    ),
    "ledger": (
        ["shared/ledger/*.py"],
        [f"tests/ledger/test_{module}.py" for module in ("canonical_json", "checkpoint", "entries", "merkle_tree")],
    ),
    "presentation": (
        ["functions/*/present.py", *(f"shared/web/{module}.py" for module in PRESENTATION)],
        [
            f"tests/functions/{name}"
            for name in (
                *("bets", "enrichment", "matches", "predictions"),
                *("test_every_market.py", "test_league_accuracy_info.py", "test_past_record.py", "test_present.py"),
                *("test_simulate_seasons.py", "test_track_record.py", "test_what_if.py"),
            )
        ],
    ),
    "web": (
        [f"shared/web/{module}.py" for module in WEB],
        [
            *(
                f"tests/web/test_{module}.py"
                for module in ("cache_headers", "idempotency", "params", "strict_json", "strict_numbers")
            ),
            *("tests/web/authentication", "tests/web/cached_route", "tests/web/rate_limits"),
        ],
    ),
}
"""Patterns of sources, and their tests, by room."""
CONFIGURATION = """\
[mutmut]
source_paths=
    {sources}
pytest_add_cli_args_test_selection=
    {tests}
pytest_add_cli_args=
    --hypothesis-profile=mutate
    {plugins}
use_git_change_detection=false
timeout_constant=3
"""
"""The profile is in tests/conftest.py. The timeout is 15 times mutmut's constant, because a database starts slowly on a
busy machine."""
PLUGINS = ("anyio", "cacheprovider", "schemathesis", "unraisableexception", "xdist")
"""Disabled plugins of pytest: together they take three times as long as an average test."""


def main(arguments: list[str]) -> None:
    """Mutate the selected sources and print the results."""
    parser = ArgumentParser(prog="local.mutate")
    parser.add_argument("room", nargs="?", choices=ROOMS)
    parser.add_argument("--since", metavar="COMMIT", help="only the lines that changed since then")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every Nth change")
    parser.add_argument("--minutes", type=float, default=10)
    args = parser.parse_args(arguments)
    if not (args.room or args.since):
        parser.error("name a room, or a commit with --since")

    sources: list[Path] = []
    tests: list[str] = []
    for paths, its_tests in [ROOMS[args.room]] if args.room else ROOMS.values():
        changed = [path for pattern in paths for path in sorted(Path().glob(pattern))]
        if args.since:
            changed = [path for path in changed if changed_lines(path, args.since)]
        if changed:
            sources += changed
            tests += its_tests
    if not sources:
        print(f"No line of {args.room or 'any room'} changed since {args.since}.")
        return

    work = Path(".build/mutate") / (args.room or "changed")
    copy(sources, tests, work)
    if args.since:
        for path in sources:
            exclude_unchanged(work / path, changed_lines(path, args.since))
    run(work, args.minutes * 60, sample(work, args.every) if args.every > 1 else [])
    report(work)


def changed_lines(path: Path, since: str) -> set[int]:
    """The line numbers of a file that changed since a commit."""
    diff = subprocess.run(
        ["git", "diff", "--unified=0", since, "--", str(path)], check=True, capture_output=True, text=True
    ).stdout
    hunks = re.findall(r"^@@ \S+ \+(\d+)(?:,(\d+))? @@", diff, re.MULTILINE)
    return {int(start) + line for start, count in hunks for line in range(int(count or 1))}


def copy(sources: list[Path], tests: list[str], work: Path) -> None:
    """Create a work folder for mutmut: the sources, and under mutants/ a copy of the project for the tests."""
    shutil.rmtree(work, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    project = [path for path in map(Path, listed.split("\0")) if path.is_file()]
    for path, target in [(path, work / "mutants" / path) for path in project] + [
        (path, work / path) for path in sources
    ]:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    (work / "shared").mkdir(exist_ok=True)
    if MIRROR.is_dir():  # the tests look for it beside the project, which here is mutants/
        (work / "shared" / "data").symlink_to(MIRROR.resolve())
    (work / "setup.cfg").write_text(
        CONFIGURATION.format(
            sources="\n    ".join(map(str, sources)),
            tests="\n    ".join(tests),
            plugins="\n    ".join(f"-pno:{plugin}" for plugin in PLUGINS),
        )
    )


def exclude_unchanged(path: Path, changed: set[int]) -> None:
    """Exclude all unchanged lines of a file from mutation."""
    with path.open("rb") as file:
        ends = {
            token.start[0]
            for token in tokenize.tokenize(file.readline)
            if token.type in {tokenize.NEWLINE, tokenize.NL}  # not within a string
        }
    lines = path.read_text().splitlines()
    path.write_text(
        "".join(
            f"{line}  # pragma: no mutate\n" if number in ends - changed else f"{line}\n"
            for number, line in enumerate(lines, 1)
        )
    )


def sample(work: Path, every: int) -> list[str]:
    """The names of every Nth mutant, in the order of their lines."""
    # mutmut generates its mutants before it looks up the name.
    subprocess.run([MUTMUT, "run", "none"], cwd=work, check=False, capture_output=True)
    names = [line.strip().partition(": ")[0] for line in mutmut(work, "results", "--all", "true").splitlines()]
    return names[::every]


def run(work: Path, seconds: float, names: list[str]) -> None:
    """Run mutmut on the named mutants, or on all without names, until it ends or the time is over.

    Raises:
        CalledProcessError: the tests fail without mutation, or do not cover the sources.
    """
    # Background processes of a shell ignore this signal, and mutmut would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    command = [MUTMUT, "run", "--max-children", "2", *names]
    with subprocess.Popen(command, cwd=work) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)


def report(work: Path) -> None:
    """Print the surviving mutants and the counts."""
    for line in mutmut(work, "results").splitlines():
        name, _, status = line.strip().partition(": ")
        if status in {"survived", "no tests"}:
            changes = [line for line in mutmut(work, "show", name).splitlines() if re.match(r"[-+](?!--|\+\+)", line)]
            print(f"\n{name}: {status}", *changes, sep="\n")
    mutmut(work, "export-cicd-stats")
    counts = json.loads((work / "mutants" / "mutmut-cicd-stats.json").read_text())
    killed, survived = counts["killed"] + counts["timeout"], counts["survived"] + counts["no_tests"]
    share = f" ({killed / (killed + survived):.1%} killed)" if killed + survived else ""
    print(
        f"\n{work.name}: {killed} killed ({counts['timeout']} of them by the time limit), {survived} survived{share}; "
        f"{counts['total'] - killed - survived} of {counts['total']} mutants not tried. Folder: {work}"
    )


def mutmut(work: Path, *arguments: str) -> str:
    """Run mutmut and return its output."""
    return subprocess.run([MUTMUT, *arguments], cwd=work, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(sys.argv[1:])
