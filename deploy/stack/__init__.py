"""The part of the CloudFormation template that osls has no keys for, derived from serverless.yml.

`write` puts it into `.build/stack-<stage>.json`, which serverless.yml includes. Two files stay JavaScript, since no
other language runs where they do (docs/decisions/stack-in-python.md).
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from deploy.service import ROOT, Service, read
from deploy.stack import canary_releases, cdn, monitoring, roles


def render(service: Service, environ: Mapping[str, str]) -> dict[str, Any]:
    """The release's name, the custom domain or an empty text, and the fragment of the template.

    Args:
        environ: RELEASE, unique for each deployment; FRONT_DOMAIN and FRONT_CERTIFICATE for a custom domain.
    """
    release = environ.get("RELEASE") or "unreleased"
    access, versions = roles.fragment(service), canary_releases.fragment(service, release)
    distribution = cdn.fragment(service, environ.get("FRONT_DOMAIN"), environ.get("FRONT_CERTIFICATE"))
    parameters = {name: {"Type": "String", "NoEcho": True} for name in sorted(secret_parameters(service))}
    fragments = (access, versions, distribution, monitoring.fragment(service), {"Parameters": parameters})
    template: dict[str, dict[str, Any]] = {}
    for fragment in fragments:
        for section, entries in fragment.items():
            template.setdefault(section, {}).update(entries)
    return {"release": release, "domain": environ.get("FRONT_DOMAIN") or "", "template": template}


def secret_parameters(service: Service) -> set[str]:
    """The template's parameters for secrets: all that settings refer to and that is no resource of serverless.yml.

    Dynamic references would be some 290 of the 60 that a template may have (docs/decisions/secrets.md).
    """
    config = service.config
    inline = [part["Resources"] for part in config["resources"] if isinstance(part, dict)]
    used = _references([config["custom"]["secrets"], config["provider"]["environment"]])
    return set(used) - {name for resources in inline for name in resources}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "Ref" in value:
            yield value["Ref"]
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _references(each)


def write(stage: str, environ: Mapping[str, str], root: Path = ROOT) -> None:
    """Render a stage into `.build/`, for osls."""
    path = root / f".build/stack-{stage}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(render(read(root, stage), environ), indent=1))
