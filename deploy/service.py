"""The one reader of serverless.yml: functions, routes, schedules and bundles, typed and validated."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent


class ServiceError(ValueError):
    """serverless.yml cannot be read or is incomplete; the message names the place."""


@dataclass(frozen=True)
class Bundle:
    """The contents of a function's zip: the defaults of its kind (HTTP or job) and what `custom.bundles` adds."""

    groups: tuple[str, ...]  # dependency groups of pyproject.toml
    models: bool
    budget_mb: float  # the most it may weigh unzipped, in MB of 10^6 bytes
    built: tuple[str, ...] = ()  # folders of `.build/` that it contains


@dataclass(frozen=True)
class Schedule:
    """When a job runs: a cron expression of EventBridge (`0 3,15 * * ? *`), its time zone, and the job's event."""

    function: str
    cron: str
    timezone: str = "UTC"
    event: dict[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Route:
    """A path pattern, the function that serves it, and how the CDN caches the responses."""

    path: str  # such as `/api/v1/matches*`; `*` at the end stands for any rest
    function: str
    cache: str = "none"  # `public` for one copy for all readers, `per_reader` for a copy for each, `none`

    def matches(self, path: str) -> bool:
        """Whether the pattern matches a path."""
        return path == self.path or (self.path.endswith("*") and path.startswith(self.path[:-1]))


@dataclass(frozen=True)
class Function:
    """One deployed function."""

    name: str  # its key in serverless.yml, which is also its folder
    handler: str  # module and function, with dots
    routes: tuple[Route, ...]  # those that it serves, in order; empty for a job
    schedules: tuple[Schedule, ...]
    timeout: float  # of one run, in seconds
    memory: int
    concurrency: int | None  # runs at the same time; None for no limit
    attempts: int  # tries of a run before it counts as failed
    environment: frozenset[str]
    bundle: Bundle

    @property
    def paths(self) -> tuple[str, ...]:
        """The path patterns that it serves, in order; empty for a job."""
        return tuple(route.path for route in self.routes)

    @property
    def artifact(self) -> str:
        """Its zip for Lambda, relative to the root of the project."""
        return f".build/arm64/{self.name}.zip"


@dataclass(frozen=True)
class Service:
    """serverless.yml for one stage."""

    name: str  # the prefix of all names in the account, such as `paris-sportif-staging`
    stage: str
    params: dict[str, Any]
    functions: dict[str, Function]
    routes: tuple[Route, ...]  # in order of precedence
    config: dict[str, Any]  # the whole file, for what the above leaves out

    @property
    def schedules(self) -> tuple[Schedule, ...]:
        """Those of all jobs."""
        return tuple(schedule for function in self.functions.values() for schedule in function.schedules)

    def function_for(self, path: str) -> Function | None:
        """The function that serves a path, by the first route that matches."""
        return next((self.functions[route.function] for route in self.routes if route.matches(path)), None)

    def environment_of(self, function: Function, variables: Mapping[str, str]) -> dict[str, str]:
        """The variables without those that only other functions are given."""
        withheld = frozenset[str]().union(*(f.environment for f in self.functions.values())) - function.environment
        return {name: value for name, value in variables.items() if name not in withheld}


class _Loader(yaml.CSafeLoader):
    """YAML with CloudFormation's short tags in their long form: `!Ref X` becomes `{"Ref": "X"}`."""


def _intrinsic(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    key = suffix if suffix == "Ref" else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    return {key: node.value.split(".", 1) if suffix == "GetAtt" else node.value}


_Loader.add_multi_constructor("!", _intrinsic)


def parse(text: str) -> Any:
    """YAML with CloudFormation's short tags."""
    return yaml.load(text, _Loader)  # noqa: S506 a CSafeLoader


def read(root: Path = ROOT, stage: str = "production") -> Service:
    """The service that serverless.yml describes.

    Raises:
        ServiceError: the file is missing, malformed or incomplete, or names a function or stage that does not exist.
    """
    path = root / "serverless.yml"
    try:
        return _service(parse(path.read_text()), stage)
    except (OSError, yaml.YAMLError) as error:
        raise ServiceError(f"{path} cannot be read: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ServiceError(f"{path} is invalid ({type(error).__name__}: {error})") from error


def _service(config: dict[str, Any], stage: str) -> Service:
    custom, stages = config["custom"], config["params"]
    if stage not in stages:
        raise ValueError(f"params has no stage {stage!r}, only {', '.join(stages)}")
    routes = tuple(Route(**route) for route in custom["routes"])
    if unknown := ({route.function for route in routes} | custom["bundles"].keys()) - config["functions"].keys():
        raise ValueError(f"custom.routes or custom.bundles name no function: {', '.join(sorted(unknown))}")
    functions = {
        name: _function(name, given, config, routes, stages[stage]) for name, given in config["functions"].items()
    }
    return Service(f"{config['service']}-{stage}", stage, stages[stage], functions, routes, config)


def _function(
    name: str, given: dict[str, Any], config: dict[str, Any], routes: tuple[Route, ...], params: dict[str, Any]
) -> Function:
    provider, custom = config["provider"], config["custom"]
    concurrency = given.get("reservedConcurrency")
    if param := re.fullmatch(r"\$\{param:(\w+)\}", str(concurrency)):
        concurrency = params[param[1]]
    return Function(
        name=name,
        handler=given["handler"].replace("/", "."),
        routes=tuple(route for route in routes if route.function == name),
        schedules=tuple(_schedules(name, given)),
        timeout=given.get("timeout", provider.get("timeout", 6)),
        memory=given.get("memorySize", provider.get("memorySize", 1024)),
        concurrency=concurrency,
        attempts=1 + given.get("maximumRetryAttempts", 0),
        environment=frozenset(provider.get("environment", {}) | given.get("environment", {})),
        bundle=_bundle(custom["bundle_defaults"]["http" if "url" in given else "job"], custom["bundles"].get(name, {})),
    )


def _schedules(name: str, given: dict[str, Any]) -> Iterator[Schedule]:
    for block in (event["schedule"] for event in given.get("events", []) if "schedule" in event):
        for rate in block["rate"]:
            cron = re.fullmatch(r"cron\((.+)\)", rate)
            if not cron:
                raise ValueError(f"{name} has the schedule {rate!r}, and only cron(...) is supported")
            yield Schedule(name, cron[1], block.get("timezone", "UTC"), block.get("input", {}))


def _bundle(defaults: dict[str, Any], added: dict[str, Any]) -> Bundle:
    groups, built = ((*defaults.get(key, ()), *added.get(key, ())) for key in ("groups", "built"))
    return Bundle(groups, added.get("models", False), added.get("budget_mb", defaults["budget_mb"]), built)
