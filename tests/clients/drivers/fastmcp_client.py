"""The client of fastmcp: makes one call, and answers a question of the server as the job says."""

import asyncio
import json
import sys

from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport

job = json.loads(sys.argv[1])


async def answer(message, response_type, params, context):
    del response_type, params, context
    print("ASKED", message)
    await asyncio.sleep(job["thinks"])
    content = {"confirm": True} if job["answer"] == "accept" else None
    return ElicitResult(action=job["answer"], content=content)


async def main():
    target = job["url"] or StdioTransport(job["command"], job["args"], env=job["env"])
    asking = {"elicitation_handler": answer} if job["answer"] else {}
    async with Client(target, **asking) as client:
        result = await client.call_tool(job["tool"], job["arguments"], raise_on_error=False)
        print(result.content, result.structured_content)


asyncio.run(main())
