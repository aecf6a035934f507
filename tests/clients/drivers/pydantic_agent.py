"""An agent of pydantic-ai, with the scripted model; it answers a question of the server as the job says."""

import asyncio
import json
import sys

from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import StdioTransport
from pydantic_ai import Agent
from pydantic_ai.mcp import MCPToolset
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

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
    model = OpenAIChatModel("scripted", provider=OpenAIProvider(base_url=job["model"] + "/v1", api_key="none"))
    agent = Agent(model, toolsets=[MCPToolset(target, **asking)])
    print((await agent.run("Start the sequence SaaS founders.")).output)


asyncio.run(main())
