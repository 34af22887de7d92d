from pathlib import Path

import pytest

from deploy import service

YAML = """
provider: {{ environment: {{ APP_ENV: x }} }}
custom:
  routes: [{{ path: "/a*", function: {routed} }}]
  bundles:
    {bundled}: {{ groups: [web], rooms: [runtime], models: false, budget_mb: 80 }}
functions:
  a:
    package: {{ artifact: .build/arm64/a.zip }}
    timeout: 10
    environment: {{ DATABASE_URL: y }}
    destinations: {{ onFailure: {{ arn: !GetAtt Queue.Arn }} }}
"""


def test_a_function_is_read_with_its_routes_and_the_common_environment(tmp_path: Path):
    (tmp_path / "serverless.yml").write_text(YAML.format(routed="a", bundled="a"))
    assert service.read(tmp_path) == {
        "a": service.Function(
            name="a",
            artifact=".build/arm64/a.zip",
            paths=("/a*",),
            schedules=(),
            timeout=10,
            attempts=1,
            environment=frozenset({"APP_ENV", "DATABASE_URL"}),
            bundle=service.Bundle(("web",), ("runtime",), False, 80),
        )
    }


def test_a_function_without_a_bundle_is_named(tmp_path: Path):
    (tmp_path / "serverless.yml").write_text(YAML.format(routed="a", bundled="b"))
    with pytest.raises(service.ServiceError, match="bundles lacks a"):
        service.read(tmp_path)


def test_a_route_to_no_function_is_named(tmp_path: Path):
    (tmp_path / "serverless.yml").write_text(YAML.format(routed="gone", bundled="a"))
    with pytest.raises(service.ServiceError, match="gone"):
        service.read(tmp_path)
