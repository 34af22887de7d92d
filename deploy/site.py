"""The documentation's page and its viewer, packed for the function `site`: `python -m deploy.site`.

The viewer is Swagger UI from package-lock.json: our own copy, because the page may load nothing from elsewhere.
"""

import gzip
import sys
from pathlib import Path

from deploy import openapi, service

PAGE = "functions/site/page"
VIEWER = "node_modules/swagger-ui-dist"
PARTS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")


class SiteError(RuntimeError):
    """The page cannot be put together; the message says what is missing."""


def write(root: Path = service.ROOT) -> None:
    """Pack the page and its viewer beside the description.

    Raises:
        SiteError: Node's packages are not installed.
    """
    parts = [root / VIEWER / name for name in PARTS]
    if missing := [str(path.relative_to(root)) for path in parts if not path.exists()]:
        raise SiteError(f"{', '.join(missing)} missing: run `npm ci` (Node 20.19 or later)")
    out = root / openapi.SITE
    out.mkdir(parents=True, exist_ok=True)
    for path in [*sorted((root / PAGE).iterdir()), *parts]:
        (out / f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))


def main() -> None:
    """Write the description, the page and the viewer."""
    try:
        openapi.write(openapi.build())
        write()
    except (SiteError, openapi.ExampleError, service.ServiceError) as error:
        sys.exit(f"site: {error}")


if __name__ == "__main__":
    main()
