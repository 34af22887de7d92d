"""Who can reach what: the promises of the template about its front, what is public, and what roles may do."""

import re
from collections.abc import Iterator
from typing import Any

from deploy.service import Function

Properties = dict[str, Any]
NOT_KEPT = 1
"""Seconds: the longest time with which CloudFront still takes headers into its key, and so sends `Authorization` on."""
KEYS = {
    "public": {"Origin", "Accept-Language"},
    "readers": {"Origin", "Accept-Language", "Authorization", "X-API-Key"},
    "nothing": {"Origin", "Accept-Language", "Authorization", "X-API-Key"},
}
"""What tells two answers at one address apart, by `keeps` of custom.routes."""
SECRETS = re.compile(r"sk_(live|test)_\w{8}|whsec_\w{8}|eyJ[\w-]{8,}\.|postgres(ql)?://|AKIA\w{16}|-----BEGIN")
"""What secrets look like."""


def faults(template: dict[str, Any], functions: dict[str, Function]) -> Iterator[str]:
    """Where a template lets somebody reach what they should not, in words."""
    resources: dict[str, Any] = template["Resources"]
    if found := SECRETS.search(str(template)):
        yield f"a secret stands in the template: {found[0][:8]}…"
    for name, resource in resources.items():
        properties = resource.get("Properties", {})
        yield from (f"{name}: {fault}" for fault in _allowed(properties, resource["Type"]))
        if resource["Type"] == "AWS::S3::Bucket":
            blocked = properties.get("PublicAccessBlockConfiguration", {})
            if len(blocked) != 4 or not all(blocked.values()):
                yield f"{name}: a bucket that could be made public"
    yield from (f"front: {fault}" for fault in _front(template, functions))


def _allowed(properties: Properties, kind: str) -> Iterator[str]:
    by_url = properties.get("FunctionUrlAuthType") or properties.get("InvokedViaFunctionUrl")
    if kind == "AWS::Lambda::Permission" and properties["Principal"] == "*" and not by_url:
        yield "open to everybody past its URL"
    if properties.get("ManagedPolicyArns"):
        yield "a managed policy, whose rights are not ours to see"
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for document in [*documents, *filter(None, [properties.get("PolicyDocument")])]:
        for statement in document["Statement"]:
            if statement["Effect"] != "Allow":
                continue
            if "*" in str(statement["Action"]):
                yield f"wildcard in the actions {statement['Action']}"
            if "*" in _listed(statement["Resource"]):
                yield f"{statement['Action']} on every resource"
            if "*" in str(statement.get("Principal", "")):
                yield f"{statement['Action']} by everybody"


def is_secret(value: Any, parameters: dict[str, Any]) -> bool:
    """Whether a property is made of parameters alone that nobody is shown."""
    parts = value["Fn::Join"][1] if isinstance(value, dict) and "Fn::Join" in value else [value]
    return all(isinstance(part, dict) and parameters.get(str(part.get("Ref")), {}).get("NoEcho") for part in parts)


def _front(template: dict[str, Any], functions: dict[str, Function]) -> Iterator[str]:
    resources: dict[str, Any] = template["Resources"]
    front = resources["Front"]["Properties"]["DistributionConfig"]
    behaviours = front["CacheBehaviors"]
    told = [(behaviour["PathPattern"], behaviour["TargetOriginId"]) for behaviour in behaviours]
    for name, function in functions.items():
        if tuple(path for path, served_by in told if served_by == name) != function.paths:
            yield f"{name}: other paths than in custom.routes"
    origins = {origin["Id"]: origin for origin in front["Origins"]}
    for name, origin in origins.items():
        if f"{_logical(name)}LambdaFunctionUrl" not in str(origin["DomainName"]):
            yield f"{name}: not its function's URL"
        if origin["CustomOriginConfig"]["OriginProtocolPolicy"] != "https-only":
            yield f"{name}: reached without TLS"
        shown = {header["HeaderName"]: header["HeaderValue"] for header in origin["OriginCustomHeaders"]}
        if not is_secret(shown.get("X-CDN-Secret"), template["Parameters"]):
            yield f"{name}: the front does not show who it is"
        if "CDN_SECRET" not in functions[name].environment:
            yield f"{name}: answers whoever goes past the front"
        if functions[name].timeout >= origin["CustomOriginConfig"]["OriginReadTimeout"]:
            yield f"{name}: the front does not wait until its time is out"
    for behaviour in [*behaviours, front["DefaultCacheBehavior"]]:
        path = behaviour.get("PathPattern", "every other path")
        if behaviour["ViewerProtocolPolicy"] == "allow-all":
            yield f"{path}: answered without TLS"
        keeps = functions[behaviour["TargetOriginId"]].keeps.get(path, "nothing")
        yield from (f"{path}: {fault}" for fault in _kept(resources, behaviour, keeps))
    if {error["ErrorCachingMinTTL"] for error in front["CustomErrorResponses"]} != {0}:
        yield "errors are kept"


def _kept(resources: dict[str, Any], behaviour: Properties, keeps: str) -> Iterator[str]:
    policy = resources[behaviour["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]
    if policy["MinTTL"] or policy["DefaultTTL"]:
        yield "kept although the answer does not say that it may be"
    if keeps == "nothing" and policy["MaxTTL"] > NOT_KEPT:
        yield "kept, though it is for its reader alone"
    if set(policy["ParametersInCacheKeyAndForwardedToOrigin"]["HeadersConfig"]["Headers"]) != KEYS[keeps]:
        yield f"told apart by other headers than {', '.join(sorted(KEYS[keeps]))}"


def _listed(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _logical(name: str) -> str:
    return (name[0].upper() + name[1:]).replace("_", "Underscore")
