"""What serverless.yml says of the functions, as far as running them here needs it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from local.errors import LocalError

STAGE = "production"  # this machine behaves like it
DEFAULT_HEADERS = ("content-type", "x-amz-date", "authorization", "x-api-key", "x-amz-security-token")


@dataclass(frozen=True)
class Cors:
    """The `cors` block of a function URL, which Lambda answers itself. Empty lists allow nothing."""

    origins: tuple[str, ...] = ("*",)
    methods: tuple[str, ...] = ("*",)
    headers: tuple[str, ...] = DEFAULT_HEADERS
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None


@dataclass(frozen=True)
class Function:
    """One function.

    Attributes:
        name: its key.
        handler: module and function, with dots.
        timeout: the longest an event may take, in seconds.
        memory: MB, told to the function, not enforced.
        concurrency: events at one time, above which further ones are refused; None for no such limit.
        variables: names of the environment variables it is given.
        cors: what its function URL answers to browsers; None where the function answers them itself.
    """

    name: str
    handler: str
    timeout: float
    memory: int
    concurrency: int | None
    variables: frozenset[str]
    cors: Cors | None


@dataclass(frozen=True)
class Schedule:
    """When a function runs: an EventBridge cron expression in a time zone, and the event it is given."""

    function: str
    cron: str
    zone: ZoneInfo
    event: dict[str, Any]


@dataclass(frozen=True)
class Service:
    """The functions by name, the ordered routes (path pattern, function) and the schedules."""

    functions: dict[str, Function]
    routes: tuple[tuple[str, str], ...]
    schedules: tuple[Schedule, ...]

    def route(self, path: str) -> Function | None:
        """The function that serves a path: the first match; `*` at a pattern's end stands for any rest."""
        for pattern, name in self.routes:
            if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1])):
                return self.functions[name]
        return None

    def environment_for(self, function: Function, environment: dict[str, str]) -> dict[str, str]:
        """What a function is told of `given`: a variable that serverless.yml gives to others only is kept from it."""
        declared = frozenset[str]().union(*(f.variables for f in self.functions.values()))
        return {name: value for name, value in environment.items() if name in function.variables or name not in declared}


class _Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short tags, whose values nothing here asks for."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def read(path: Path) -> Service:
    """The service that a serverless.yml describes.

    Raises:
        Problem: the file is missing, malformed, or asks for what cannot be done here.
    """
    try:
        config = yaml.load(path.read_text(), _Loader)  # noqa: S506 a SafeLoader
        provider, params = config["provider"], config.get("params", {}).get(STAGE, {})
        functions = {name: _function(name, given, provider, params) for name, given in config["functions"].items()}
        routes = tuple((route["path"], route["function"]) for route in config.get("custom", {}).get("routes", []))
        schedules = tuple(s for name, given in config["functions"].items() for s in _schedules(name, given))
    except (OSError, yaml.YAMLError) as error:
        raise LocalError(f"{path} cannot be read: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise LocalError(f"{path} is not understood ({type(error).__name__}: {error}).") from error
    if unknown := {name for _, name in routes} - functions.keys():
        raise LocalError(f"{path}: custom.routes names functions that do not exist: {', '.join(sorted(unknown))}.")
    return Service(functions, routes, schedules)


def _function(name: str, spec: dict[str, Any], provider: dict[str, Any], params: dict[str, Any]) -> Function:
    def number(key: str, default: float | None) -> float | None:
        value = spec.get(key, provider.get(key, default))
        if isinstance(value, str) and (param := re.fullmatch(r"\$\{param:(\w+)\}", value)):
            value = params[param[1]]
        return None if value is None else float(value)

    concurrency = number("reservedConcurrency", None)
    return Function(
        name=name,
        handler=spec["handler"].replace("/", "."),
        timeout=number("timeout", 6) or 0,
        memory=int(number("memorySize", 1024) or 0),
        concurrency=None if concurrency is None else int(concurrency),
        variables=frozenset(provider.get("environment", {}) | spec.get("environment", {})),
        cors=_cors(spec.get("url")),
    )


def _cors(url: Any) -> Cors | None:
    block = url.get("cors") if isinstance(url, dict) else None
    if not block or block is True:
        return Cors() if block else None
    return Cors(
        origins=tuple(block.get("allowedOrigins", ["*"])),
        methods=tuple(block.get("allowedMethods", ["*"])),
        headers=tuple(block.get("allowedHeaders", DEFAULT_HEADERS)),
        exposed=tuple(block.get("exposedResponseHeaders", [])),
        credentials=block.get("allowCredentials", False),
        max_age=block.get("maxAge"),
    )


def _schedules(name: str, spec: dict[str, Any]) -> list[Schedule]:
    blocks = [event["schedule"] for event in spec.get("events", []) if "schedule" in event]
    return [
        Schedule(name, _cron(name, rate), ZoneInfo(block.get("timezone", "UTC")), block.get("input", {}))
        for block in blocks
        if block.get("enabled", True) is not False
        for rate in ([block["rate"]] if isinstance(block["rate"], str) else block["rate"])
    ]


def _cron(name: str, rate: str) -> str:
    if match := re.fullmatch(r"cron\((.+)\)", rate.strip()):
        return match[1]
    raise ValueError(f"the schedule {rate!r} of {name}: only cron(...) is known here")
