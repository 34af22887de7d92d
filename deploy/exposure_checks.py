"""Checks of what a template exposes: the CDN and its caches, public access, the rights of roles, secrets."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.logical_names import logical_name
from deploy.service import Function

Properties = dict[str, Any]
UNCACHED_MAX_TTL = 1
"""Seconds: the shortest maximum with which CloudFront accepts headers in the key, and so forwards `Authorization`."""
CACHE_KEYS = {
    "public": {"Origin", "Accept-Language"},
    "per_reader": {"Origin", "Accept-Language", "Authorization", "X-API-Key"},
    "none": {"Origin", "Accept-Language", "Authorization", "X-API-Key"},
}
"""Headers of the cache key, by `cache` of a route."""
SECRETS = re.compile(r"sk_(live|test)_\w{8}|whsec_\w{8}|eyJ[\w-]{8,}\.|postgres(ql)?://|AKIA\w{16}|-----BEGIN")
"""Patterns of secrets."""


def faults(template: dict[str, Any], functions: dict[str, Function]) -> Iterator[str]:
    """A message for each thing that a template exposes and should not."""
    resources: dict[str, Any] = template["Resources"]
    if found := SECRETS.search(str(template)):
        yield f"the template contains a secret: {found[0][:8]}…"
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        yield from (f"{name}: {fault}" for fault in _rights(properties, resource["Type"]))
        if resource["Type"] == "AWS::S3::Bucket":
            blocked = properties.get("PublicAccessBlockConfiguration", {})
            if len(blocked) != 4 or not all(blocked.values()):
                yield f"{name}: a bucket that could be made public"
    yield from (f"cdn: {fault}" for fault in _cdn(template, functions))


def _rights(properties: Properties, kind: str) -> Iterator[str]:
    by_url = properties.get("FunctionUrlAuthType") or properties.get("InvokedViaFunctionUrl")
    if kind == "AWS::Lambda::Permission" and properties["Principal"] == "*" and not by_url:
        yield "it may be invoked publicly other than by its URL"
    if properties.get("ManagedPolicyArns"):
        yield "a managed policy, whose rights are not in this template"
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for document in [*documents, *filter(None, [properties.get("PolicyDocument")])]:
        for statement in document["Statement"]:
            if statement["Effect"] != "Allow":
                continue
            if "*" in str(statement["Action"]):
                yield f"wildcard in the actions {statement['Action']}"
            resources = statement["Resource"]
            if "*" in (resources if isinstance(resources, list) else [resources]):
                yield f"{statement['Action']} on every resource"
            if "*" in str(statement.get("Principal", "")):
                yield f"{statement['Action']} by any principal"


def is_secret(value: Any, parameters: dict[str, Any]) -> bool:
    """Whether a property consists of parameters with `NoEcho` alone."""
    parts = value["Fn::Join"][1] if isinstance(value, dict) and "Fn::Join" in value else [value]
    return all(isinstance(part, dict) and parameters.get(str(part.get("Ref")), {}).get("NoEcho") for part in parts)


def _cdn(template: dict[str, Any], functions: dict[str, Function]) -> Iterator[str]:
    resources: dict[str, Any] = template["Resources"]
    distribution = resources["Front"]["Properties"]["DistributionConfig"]
    behaviours = distribution["CacheBehaviors"]
    routed = [(behaviour["PathPattern"], behaviour["TargetOriginId"]) for behaviour in behaviours]
    for name, function in functions.items():
        if tuple(path for path, target in routed if target == name) != function.paths:
            yield f"{name}: other paths than in custom.routes"
    origins = {origin["Id"]: origin for origin in distribution["Origins"]}
    for name, origin in origins.items():
        if "S3OriginConfig" not in origin:
            yield from (f"{name}: {fault}" for fault in _origin(template, functions[name], origin))
        elif "OriginAccessControlId" not in origin:
            yield f"{name}: a bucket that others could read too"
    for behaviour in [*behaviours, distribution["DefaultCacheBehavior"]]:
        path = behaviour.get("PathPattern", "every other path")
        if behaviour["ViewerProtocolPolicy"] == "allow-all":
            yield f"{path}: answered without TLS"
        if (function := functions.get(behaviour["TargetOriginId"])) is None:
            continue
        cache = next((route.cache for route in function.routes if route.path == path), "none")
        yield from (f"{path}: {fault}" for fault in _caching(resources, behaviour, cache))
    if {error["ErrorCachingMinTTL"] for error in distribution["CustomErrorResponses"]} != {0}:
        yield "errors are cached"


def _origin(template: dict[str, Any], function: Function, origin: Properties) -> Iterator[str]:
    if f"{logical_name(function.name)}LambdaFunctionUrl" not in str(origin["DomainName"]):
        yield "the origin is not its function's URL"
    if origin["CustomOriginConfig"]["OriginProtocolPolicy"] != "https-only":
        yield "the origin is reached without TLS"
    headers = {header["HeaderName"]: header["HeaderValue"] for header in origin["OriginCustomHeaders"]}
    if not is_secret(headers.get("X-CDN-Secret"), template["Parameters"]):
        yield "the CDN does not send its secret"
    if "CDN_SECRET" not in function.environment:
        yield "answers requests that bypass the CDN"
    if function.timeout >= origin["CustomOriginConfig"]["OriginReadTimeout"]:
        yield "the CDN's timeout is not longer than its own"


def _caching(resources: dict[str, Any], behaviour: Properties, cache: str) -> Iterator[str]:
    policy = resources[behaviour["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]
    if policy["MinTTL"] or policy["DefaultTTL"]:
        yield "cached although the response does not allow it"
    if cache == "none" and policy["MaxTTL"] > UNCACHED_MAX_TTL:
        yield "cached, though it is for one reader alone"
    if set(policy["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"]) != CACHE_KEYS[cache]:
        yield f"the cache key has other headers than {', '.join(sorted(CACHE_KEYS[cache]))}"
