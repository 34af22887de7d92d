"""The frame of the ASGI applications in this folder: one method responds to every request, by Starlette's classes."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class Application:
    """An ASGI application."""

    async def respond(self, request: Request) -> Response:
        """The response to a request."""
        raise NotImplementedError

    async def close(self) -> None:
        """Called when the server stops."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request, or the start and stop of the server."""
        if scope["type"] == "http":
            response = await self.respond(Request(scope, receive))
            await response(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})
