"""An application on a port of this machine, for as long as a test needs it."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import uvicorn

from saleshandy_mcp.cli.support.serving.web import listen


@contextmanager
def served(app: Any) -> Generator[str]:
    """Serve it on a thread; its address."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="auto", date_header=False))
    thread = threading.Thread(target=server.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
