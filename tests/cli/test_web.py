"""Serving on a port: small answers go out at once."""

import socket

from saleshandy_mcp.cli.support.serving.web import listen


def test_a_listening_socket_says_that_it_is_tcp_so_that_small_answers_are_not_held_back() -> None:
    with listen("127.0.0.1", 0) as listening:
        # What asyncio looks at before it turns Nagle's delay off.
        assert listening.proto == socket.IPPROTO_TCP
