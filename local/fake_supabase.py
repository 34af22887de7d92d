"""Fake of Supabase at the wire: the parts of its Auth API and of PostgREST that the frontend and the functions use.

It replaces https://<ref>.supabase.co in tests and for `make run`. Sign-up needs no e-mail confirmation. Row-level
security is deliberately weak, so that our code cannot depend on it: a user may write every column of their own row of
`user_profiles`, `role` included.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.fake_supabase_users import COLUMNS, Object, SupabaseError, SupabaseProject
from local.http_server import listen
from local.http_server import serve as serve_http

PUBLISHABLE_KEY = "sb_publishable_local"
SECRET_KEY = "sb_secret_local"  # noqa: S105 it protects local data only
ONE_OBJECT = "application/vnd.pgrst.object+json"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
Handler = Callable[[Request, Object], Response]


class FakeSupabase:
    """The ASGI application."""

    def __init__(self, project: SupabaseProject) -> None:
        self.project = project
        self.status: int | None = None  # of all responses during an outage, such as 503; None while it is up
        self.calls: list[str] = []  # method and path of every request, in order
        routes = [
            ("/auth/v1/signup", self._sign_up),
            ("/auth/v1/token", self._token),
            ("/auth/v1/user", self._user),
            ("/auth/v1/logout", self._sign_out),
            ("/auth/v1/recover", lambda request, body: JSONResponse({})),
            ("/auth/v1/admin/users", self._users),
            ("/auth/v1/admin/users/{user_id}", self._user_by_id),
            ("/rest/v1/{table}", self._table),
        ]
        self.app = Starlette(
            routes=[
                Route("/auth/v1/.well-known/jwks.json", self._endpoint(self._keys, key=False)),
                *(Route(path, self._endpoint(handler), methods=METHODS) for path, handler in routes),
            ],
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origins=["*"],
                    allow_methods=METHODS,
                    allow_headers=["*"],
                    expose_headers=["*"],
                )
            ],
        )

    def _endpoint(self, handler: Handler, *, key: bool = True) -> Callable[[Request], Any]:
        """Wrap a handler: parse the body, check the project's key and convert errors to responses."""

        async def endpoint(request: Request) -> Response:
            self.calls.append(f"{request.method} {request.url.path}")
            if self.status is not None:
                return JSONResponse({"message": "the project is not up"}, self.status)
            if key and request.headers.get("apikey") not in {PUBLISHABLE_KEY, SECRET_KEY}:
                return _error_response(request, SupabaseError(401, "no_api_key", "Invalid API key"))
            try:
                response = handler(request, json.loads(await request.body() or b"{}"))
            except SupabaseError as refusal:
                return _error_response(request, refusal)
            self.project.save()
            return response

        return endpoint

    def _keys(self, request: Request, body: Object) -> Response:
        return JSONResponse(self.project.key.key_set())

    def _sign_up(self, request: Request, body: Object) -> Response:
        return JSONResponse(self.project.start_session(self.project.create({**body, "id": None, "app_metadata": None})))

    def _token(self, request: Request, body: Object) -> Response:
        match request.query_params.get("grant_type"):
            case "password":
                return JSONResponse(self.project.sign_in(str(body.get("email")), str(body.get("password"))))
            case "refresh_token":
                return JSONResponse(self.project.refresh(str(body.get("refresh_token"))))
            case _:
                raise SupabaseError(400, "validation_failed", "unsupported_grant_type")

    def _user(self, request: Request, body: Object) -> Response:
        user_id = self.project.user_id(_bearer(request))
        if request.method == "PUT":  # users may change their own metadata, not app_metadata
            changes = {name: body[name] for name in ("password",) if name in body}
            return JSONResponse(self.project.update(user_id, {**changes, "user_metadata": body.get("data")}))
        return JSONResponse(self.project.get(user_id))

    def _sign_out(self, request: Request, body: Object) -> Response:
        self.project.sign_out(_bearer(request), request.query_params.get("scope", "global"))
        return Response(status_code=204)

    def _users(self, request: Request, body: Object) -> Response:
        _require_secret_key(request)
        if request.method == "POST":
            return JSONResponse(self.project.create(body))
        page = int(request.query_params.get("page") or 1)
        per_page = int(request.query_params.get("per_page") or 50)
        users = list(reversed(self.project.users.values()))  # newest first, as Supabase
        some = users[(page - 1) * per_page : page * per_page]
        total = {"X-Total-Count": str(len(users))}
        return JSONResponse({"users": some, "aud": "authenticated"}, headers=total)

    def _user_by_id(self, request: Request, body: Object) -> Response:
        _require_secret_key(request)
        user_id: str = request.path_params["user_id"]
        match request.method:
            case "PUT":
                return JSONResponse(self.project.update(user_id, body))
            case "DELETE":
                self.project.delete(user_id)
                return JSONResponse({})
            case _:
                return JSONResponse(self.project.get(user_id))

    def _table(self, request: Request, body: Object) -> Response:
        """PostgREST: rows by `id=eq.…`. Users read and update their own row; the secret key allows everything."""
        table: str = request.path_params["table"]
        if table != "user_profiles" or not self.project.has_table:
            raise SupabaseError(404, "PGRST205", f"Could not find the table 'public.{table}' in the schema cache")
        rows = [row for row in self.project.profiles.values() if _matches_filters(request, row)]
        is_service = request.headers["apikey"] == SECRET_KEY
        if not is_service:
            rows = [row for row in rows if row["id"] == self._signed_in(request)]
        match request.method:
            case "GET":
                return _rows(request, rows)
            case "PATCH":
                for row in rows:
                    self.project.update_profile(row, body)
            case "POST" if is_service:
                rows = [self.project.add_profile(body)]
            case "POST":
                message = 'new row violates row-level security policy for table "user_profiles"'
                raise SupabaseError(403, "42501", message)
            case "DELETE":
                rows = rows if is_service else []
                for row in rows:
                    del self.project.profiles[row["id"]]
            case _:
                raise SupabaseError(405, "PGRST117", f"Unsupported HTTP method: {request.method}")
        returns_rows = "return=representation" in request.headers.get("prefer", "")
        added = request.method == "POST"
        return (
            _rows(request, rows, 201 if added else 200) if returns_rows else Response(status_code=201 if added else 204)
        )

    def _signed_in(self, request: Request) -> str | None:
        """The user id of a request; None for an anonymous client, which sends the publishable key as token."""
        token = _bearer(request)
        if token in {"", PUBLISHABLE_KEY}:
            return None
        try:
            return self.project.user_id(token)
        except SupabaseError as refusal:
            raise SupabaseError(401, "PGRST301", refusal.message) from None


@contextmanager
def serve(supabase: FakeSupabase, listener: socket | None = None) -> Iterator[str]:
    """Serve a project until the block ends; yields its address, which becomes the issuer of its tokens."""
    listener = listener or listen()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    supabase.project.issuer = f"{address}/auth/v1"
    with serve_http(supabase.app, listener):  # pyright: ignore[reportArgumentType]  two descriptions of ASGI
        yield address


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _require_secret_key(request: Request) -> None:
    if request.headers["apikey"] != SECRET_KEY:
        raise SupabaseError(403, "not_admin", "User not allowed")


def _matches_filters(request: Request, row: Object) -> bool:
    filters = {name: value for name, value in request.query_params.items() if name in COLUMNS}
    return all(f"eq.{row[name]}" == value for name, value in filters.items())


def _rows(request: Request, rows: list[Object], status: int = 200) -> Response:
    selected = request.query_params.get("select", "*")
    columns = COLUMNS if selected == "*" else selected.split(",")
    if unknown := set(columns).difference(COLUMNS):
        raise SupabaseError(400, "42703", f"column user_profiles.{min(unknown)} does not exist")
    selected_rows = [{name: row[name] for name in columns} for row in rows]
    if ONE_OBJECT not in request.headers.get("accept", ""):
        return JSONResponse(selected_rows, status)
    if len(selected_rows) != 1:
        raise SupabaseError(406, "PGRST116", "Cannot coerce the result to a single JSON object")
    return JSONResponse(selected_rows[0], status)


def _error_response(request: Request, refusal: SupabaseError) -> Response:
    """An error in the format of the API that was called."""
    if request.url.path.startswith("/rest/"):
        body = {"code": refusal.code, "details": None, "hint": None, "message": refusal.message}
    else:
        body = {"code": refusal.status, "error_code": refusal.code, "msg": refusal.message}
    return JSONResponse(body, refusal.status)
