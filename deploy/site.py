"""The documentation and the verifier, packed for the function `site`: `python -m deploy.site`.

The viewer is Swagger UI out of a PyPI package: our own copy, because the page may load nothing from elsewhere.
"""

import gzip
import sys
from importlib.resources import files
from pathlib import Path

from deploy import openapi, service

PAGE = "functions/site/page"
VERIFIER = "public"
VIEWER = ("swagger-ui.css", "swagger-ui-bundle.js")


def write(root: Path = service.ROOT) -> None:
    """Pack the page, its viewer and the verifier beside the description."""
    static = files("fastapi_offline") / "static"
    contents = {path.name: path.read_bytes() for path in sorted((root / PAGE).iterdir())}
    contents |= {path.name: path.read_bytes() for path in sorted((root / VERIFIER).glob("verify*"))}
    contents |= {name: (static / name).read_bytes() for name in VIEWER}
    out = root / openapi.SITE
    out.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (out / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))


def main() -> None:
    """Write the description, the page and the viewer."""
    try:
        openapi.write(openapi.build())
    except (openapi.ExampleError, service.ServiceError) as error:
        sys.exit(f"site: {error}")
    write()


if __name__ == "__main__":
    main()
