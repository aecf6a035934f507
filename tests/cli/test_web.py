"""Serving on a port: small answers go out at once."""

import socket

import click
import pytest

from saleshandy_mcp.cli.support.serving.web import listen, port_option


def test_a_listening_socket_says_that_it_is_tcp_so_that_small_answers_are_not_held_back() -> None:
    with listen("127.0.0.1", 0) as listening:
        # What asyncio looks at before it turns Nagle's delay off.
        assert listening.proto == socket.IPPROTO_TCP


def test_a_port_belongs_to_one_program_on_each_system() -> None:
    assert port_option("win32") == "SO_EXCLUSIVEADDRUSE"
    assert port_option("linux") == port_option("darwin") == "SO_REUSEADDR"
    with listen("127.0.0.1", 0) as listening, pytest.raises(click.ClickException, match="cannot listen"):
        listen("127.0.0.1", listening.getsockname()[1])
