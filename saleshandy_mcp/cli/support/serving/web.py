"""Running an ASGI application on a port of this machine."""

import socket
import sys
from threading import Thread
from typing import Any

import click
import uvicorn

from saleshandy_mcp.cli.support.serving.bounded_http import BoundedHttp

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def port_option(system: str = sys.platform) -> str:
    """The socket option under which a port is ours alone, and free again as soon as we end.

    On Windows SO_REUSEADDR would let any other program take the port over, and with it the calls.
    """
    return "SO_EXCLUSIVEADDRUSE" if system == "win32" else "SO_REUSEADDR"


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free port.

    Raises:
        click.ClickException: when the port cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay off only when the socket is declared as TCP; else small answers take 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, getattr(socket, port_option()), 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise click.ClickException(
            f"cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from None
    return listening


def serve_beside(app: Any, listening: socket.socket) -> None:
    """Serve on a thread of its own, as long as the process runs."""
    config = uvicorn.Config(app, http=BoundedHttp, log_config=None, access_log=False, lifespan="off")
    Thread(target=uvicorn.Server(config).run, kwargs={"sockets": [listening]}, daemon=True).start()


async def serve_app(app: Any, listening: socket.socket, *, dated: bool = True) -> None:
    """Serve until interrupted; open requests then get 5 seconds to end.

    Args:
        app: an ASGI application.
        listening: the socket.
        dated: whether answers get a date; False for an application that has a time of its own.
    """
    config = uvicorn.Config(
        app,
        http=BoundedHttp,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
        lifespan="on",
        date_header=dated,
    )
    await uvicorn.Server(config).serve(sockets=[listening])
