"""What serverless.yml says of each function, as far as building and checking need it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


class ServiceError(ValueError):
    """serverless.yml does not say what is needed; the message says what is missing where."""


@dataclass(frozen=True)
class Bundle:
    """What the zip of a function carries.

    Attributes:
        groups: dependency groups of pyproject.toml.
        rooms: folders of `shared/`.
        models: whether the served models go with it.
        budget_mb: the most that it may weigh unzipped, in MB of 10^6 bytes.
        built: folders of `.build/` that were made before it.
    """

    groups: tuple[str, ...]
    rooms: tuple[str, ...]
    models: bool
    budget_mb: float
    built: tuple[str, ...] = ()


@dataclass(frozen=True)
class Schedule:
    """When a job runs: an EventBridge expression such as `cron(0 3,15 * * ? *)` in a time zone."""

    expression: str
    timezone: str


@dataclass(frozen=True)
class Function:
    """One deployed function.

    Attributes:
        name: its key in serverless.yml, which is also its folder.
        artifact: its zip, from the root of the project.
        paths: the routes that it serves, in their order; empty for a job.
        schedules: when it runs; empty for HTTP.
        timeout: the longest a run may take, in seconds.
        attempts: how often a run is tried before it counts as failed.
        environment: names of its variables.
        bundle: what its zip carries.
        keeps: of those routes whose answers the front may keep, for whom: `public` or `readers`.
    """

    name: str
    artifact: str
    paths: tuple[str, ...]
    schedules: tuple[Schedule, ...]
    timeout: int
    attempts: int
    environment: frozenset[str]
    bundle: Bundle
    keeps: dict[str, str] = field(default_factory=dict)


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, whose values nothing here asks for."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: f"!{suffix} {node.value}")


def read(root: Path = ROOT) -> dict[str, Function]:
    """The functions of serverless.yml by name.

    Raises:
        ServiceError: a function has no bundle, or a route or bundle names no function.
    """
    config: dict[str, Any] = yaml.load((root / "serverless.yml").read_text(), _Loader)  # noqa: S506 a SafeLoader
    given, bundles = config["functions"], config["custom"]["bundles"]
    routes = [(route["path"], route["function"]) for route in config["custom"]["routes"]]
    if missing := given.keys() - bundles.keys():
        raise ServiceError(f"serverless.yml: custom.bundles lacks {', '.join(sorted(missing))}")
    if strange := (bundles.keys() | {name for _, name in routes}) - given.keys():
        raise ServiceError(f"serverless.yml: custom.bundles or custom.routes name no function: {sorted(strange)}")
    common = config["provider"].get("environment", {}).keys()
    return {
        name: Function(
            name=name,
            artifact=function["package"]["artifact"],
            paths=tuple(path for path, server in routes if server == name),
            schedules=tuple(_schedules(function)),
            timeout=function["timeout"],
            attempts=1 + function.get("maximumRetryAttempts", 0),
            environment=frozenset(common | function.get("environment", {}).keys()),
            bundle=_bundle(bundles[name]),
            keeps={r["path"]: r["keeps"] for r in config["custom"]["routes"] if r["function"] == name and "keeps" in r},
        )
        for name, function in given.items()
    }


def _schedules(function: dict[str, Any]) -> list[Schedule]:
    events = [event["schedule"] for event in function.get("events", [])]
    return [Schedule(expression, event["timezone"]) for event in events for expression in event["rate"]]


def _bundle(given: dict[str, Any]) -> Bundle:
    groups, rooms, built = (tuple(given.get(name, ())) for name in ("groups", "rooms", "built"))
    return Bundle(groups, rooms, given["models"], given["budget_mb"], built)
