"""The API's documentation, and the page that verifies the record. HTTP: GET /docs…, /openapi.json, /verify.html"""

from fastapi import Request, Response

from functions.site import files
from shared.web.app import http_app, lambda_handler
from shared.web.authentication import Anyone
from shared.web.cache_headers import etag_matches
from shared.web.errors import NotFound

app = http_app("site", uses_postgres=False)

PAGE, DESCRIPTION = "index.html", "openapi.json"
# The page may load only our own scripts, styles and images.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# The verifier reads any log, wherever it is published.
VERIFIER = "verify.html"
VERIFIER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' https:; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


@app.get("/openapi.json", include_in_schema=False)
async def read_description(reader: Anyone, request: Request) -> Response:
    """The OpenAPI 3.1 description."""
    return _serve(request, DESCRIPTION)


@app.get("/docs", include_in_schema=False)
async def read_page(reader: Anyone, request: Request) -> Response:
    """The documentation page."""
    response = _serve(request, PAGE)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@app.get("/docs/{name}", include_in_schema=False)
async def read_part(reader: Anyone, request: Request, name: str) -> Response:
    """An asset of the documentation page."""
    if name in {PAGE, DESCRIPTION}:
        raise NotFound("unknown_route")
    return _serve(request, name)


@app.get("/verify{rest}", include_in_schema=False)
async def read_verifier(reader: Anyone, request: Request, rest: str) -> Response:
    """The page that verifies the record, its parts, and the program that does the same."""
    response = _serve(request, f"verify{rest}")
    if rest == VERIFIER.removeprefix("verify"):
        response.headers["Content-Security-Policy"] = VERIFIER_POLICY
    return response


def _serve(request: Request, name: str) -> Response:
    """A file, or 304 if the client's copy is current."""
    file = files.all_files().get(name)
    if file is None:
        raise NotFound("unknown_route")
    headers = {"Cache-Control": "public, max-age=300", "ETag": file.etag, "Vary": "Accept-Encoding"}
    if etag_matches(request.headers.get("if-none-match"), file.etag.removeprefix("W/")):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers=headers | {"Content-Encoding": "gzip"})
    return Response(file.unpacked(), media_type=file.media_type, headers=headers)


handler = lambda_handler(app)
