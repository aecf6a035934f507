"""The tools of langchain-mcp-adapters: each call starts a process, or a session, of its own."""

import asyncio
import json
import sys

from langchain_mcp_adapters.callbacks import Callbacks
from langchain_mcp_adapters.client import MultiServerMCPClient
from mcp.types import ElicitResult

job = json.loads(sys.argv[1])


async def answer(mcp_context, params, context):
    del mcp_context, context
    print("ASKED", params.message)
    await asyncio.sleep(job["thinks"])
    content = {"confirm": True} if job["answer"] == "accept" else None
    return ElicitResult(action=job["answer"], content=content)


async def main():
    if job["url"]:
        server = {"transport": "streamable_http", "url": job["url"]}
    else:
        server = {"transport": "stdio", "command": job["command"], "args": job["args"], "env": job["env"]}
    asking = {"callbacks": Callbacks(on_elicitation=answer)} if job["answer"] else {}
    tools = await MultiServerMCPClient({"saleshandy": server}, **asking).get_tools()
    (tool,) = [tool for tool in tools if tool.name == job["tool"]]
    print(await tool.ainvoke(job["arguments"]))


asyncio.run(main())
