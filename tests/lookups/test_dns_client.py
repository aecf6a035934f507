"""DNS over the network, before a name server on this machine: no question leaves it."""

import asyncio
import socket
import struct
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from typing import cast

import pytest
from dns import flags, message, rcode, rrset
from dns.asyncresolver import Resolver
from typing_extensions import override

from saleshandy_mcp.core.dns import Dns, DnsSilent, Question
from saleshandy_mcp.lookups.dns_client import network_dns

Answer = Callable[[message.Message], message.Message | None]
"""From a question what is sent back; None for nothing at all."""


class NameServer(asyncio.DatagramProtocol):
    """Answers each datagram.

    Args:
        answer: what it says.
    """

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if said := self._answer(message.from_wire(data)):
            self._transport.sendto(said.to_wire(), addr)


@asynccontextmanager
async def asking(answer: Answer, over_tcp: Answer | None = None) -> AsyncGenerator[Dns]:
    """The client before a name server, which answers over TCP, too, where it has something to say there."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        (length,) = struct.unpack("!H", await reader.readexactly(2))
        said = over_tcp(message.from_wire(await reader.readexactly(length))) if over_tcp else None
        if said:
            wire = said.to_wire()
            writer.write(struct.pack("!H", len(wire)) + wire)
        writer.close()
        await writer.wait_closed()

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: NameServer(answer), ("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    try:
        async with await asyncio.start_server(connected, "127.0.0.1", port):
            yield network_dns(resolver=lambda: at(port))
    finally:
        transport.close()


def at(port: int) -> Resolver:
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port, resolver.lifetime = ["127.0.0.1"], port, 0.2
    return resolver


def with_records(kind: str, *records: str) -> Answer:
    def answer(question: message.Message) -> message.Message:
        said = message.make_response(question)
        said.answer.append(rrset.from_text(question.question[0].name, 60, "IN", kind, *records))
        return said

    return answer


def with_code(code: rcode.Rcode) -> Answer:
    def answer(question: message.Message) -> message.Message:
        said = message.make_response(question)
        said.set_rcode(code)
        return said

    return answer


def cut_off(question: message.Message) -> message.Message:
    said = message.make_response(question)
    said.flags |= flags.TC
    return said


async def test_records_come_as_text_and_the_parts_of_a_text_are_put_together() -> None:
    async with asking(with_records("TXT", '"v=spf1 include:" "a.example ~all"', '"other"')) as dns:
        told = await dns.ask(Question("acme.example", "TXT"))
    assert sorted(told) == ["other", "v=spf1 include:a.example ~all"]


async def test_a_mail_server_comes_with_its_preference() -> None:
    async with asking(with_records("MX", "10 mx.acme.example.")) as dns:
        assert await dns.ask(Question("acme.example", "MX")) == ["10 mx.acme.example."]


@pytest.mark.parametrize("code", [rcode.NXDOMAIN, rcode.NOERROR])
async def test_a_name_that_is_not_there_or_has_none_of_the_kind_has_no_records(code: rcode.Rcode) -> None:
    async with asking(with_code(code)) as dns:
        assert await dns.ask(Question("gone.example", "MX")) == []


async def test_an_answer_that_was_cut_off_is_asked_for_again_over_tcp() -> None:
    whole = with_records("TXT", f'"{"x" * 255}"', f'"{"y" * 255}"')
    async with asking(cut_off, over_tcp=whole) as dns:
        assert sorted(await dns.ask(Question("acme.example", "TXT"))) == ["x" * 255, "y" * 255]


async def test_an_answer_that_stays_cut_off_is_no_answer() -> None:
    async with asking(cut_off) as dns:
        with pytest.raises(DnsSilent, match="DNS did not answer"):
            await dns.ask(Question("acme.example", "TXT"))


async def test_no_answer_within_the_time_is_told() -> None:
    async with asking(lambda _: None) as dns:
        with pytest.raises(DnsSilent, match=r"DNS did not answer \(LifetimeTimeout\)"):
            await dns.ask(Question("acme.example", "TXT"))


async def test_a_name_server_that_fails_is_no_answer_and_no_missing_record() -> None:
    async with asking(with_code(rcode.SERVFAIL)) as dns:
        with pytest.raises(DnsSilent, match=r"DNS did not answer \(NoNameservers\)"):
            await dns.ask(Question("acme.example", "TXT"))


async def test_where_nothing_can_be_reached_that_is_told() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
    with pytest.raises(DnsSilent, match="DNS did not answer"):
        await network_dns(resolver=lambda: at(port)).ask(Question("acme.example", "TXT"))


async def test_a_machine_without_name_servers_is_told_so() -> None:
    with pytest.raises(DnsSilent, match="DNS did not answer"):
        await network_dns(resolver=lambda: Resolver(configure=False)).ask(Question("acme.example", "TXT"))


async def test_without_the_library_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dns.exception", None)
    with pytest.raises(DnsSilent, match='it comes with the extra "dns"'):
        await network_dns().ask(Question("long.example", "TXT"))


def test_the_library_is_loaded_with_the_first_question_and_not_before() -> None:
    program = (
        "import sys; from saleshandy_mcp.lookups import dns_client; "
        "print([name for name in sys.modules if name.partition('.')[0] == 'dns'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    assert done.stdout.strip() == "[]"
