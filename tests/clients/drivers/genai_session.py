"""google-genai with a session of the Python SDK as a tool, and the scripted model."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack

from google import genai
from google.genai.types import HttpOptions
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import ElicitResult

job = json.loads(sys.argv[1])


async def answer(context, params):
    del context
    print("ASKED", params.message)
    await asyncio.sleep(job["thinks"])
    content = {"confirm": True} if job["answer"] == "accept" else None
    return ElicitResult(action=job["answer"], content=content)


async def main():
    if job["url"]:
        line = streamable_http_client(job["url"])
    else:
        line = stdio_client(StdioServerParameters(command=job["command"], args=job["args"], env=job["env"]))
    async with AsyncExitStack() as stack:
        streams = await stack.enter_async_context(line)
        asking = {"elicitation_callback": answer} if job["answer"] else {}
        session = await stack.enter_async_context(ClientSession(streams[0], streams[1], **asking))
        await session.initialize()
        client = genai.Client(api_key="none", http_options=HttpOptions(base_url=job["model"]))
        # As a dictionary: a config of the library's own class is copied whole, and a session cannot be.
        said = await client.aio.models.generate_content(
            model="scripted", contents="Start the sequence SaaS founders.", config={"tools": [session]}
        )
        print(said.text)


asyncio.run(main())
