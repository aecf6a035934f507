"""What a seller says leads to the right tool by plain BM25 over what is listed, which is how clients search tools."""

import tomllib
from pathlib import Path

from mcp import Client

from saleshandy_mcp.server.tools.ranking import ranked
from tests.server.everyday import SENTENCES

OPERATIONS = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text(encoding="utf-8"))["operations"]
FIRST = 3
WANTED = 0.9


async def test_nine_of_ten_sentences_rank_what_is_meant_among_the_first_three(client: Client) -> None:
    listed = (await client.list_tools()).tools
    texts = {tool.name: f"{tool.title} {tool.description}" for tool in listed}
    found: list[tuple[str, str, list[str]]] = []
    for name, sentences in SENTENCES.items():
        found += [(sentence, name, ranked(sentence, texts)) for sentence in sentences]
    for name, sentences in OPERATIONS.items():
        for sentence in sentences:
            answer = (await client.call_tool("find_operations", {"query": sentence})).structured_content
            assert answer
            found.append((sentence, name, [line["name"] for line in answer["found"]]))
    missed = [f"{said}: {name}, not {best[:FIRST]}" for said, name, best in found if name not in best[:FIRST]]
    assert len(found) >= 60
    assert len(missed) <= len(found) * (1 - WANTED), "\n".join(missed)
