"""An agent of openai-agents, with the scripted model. It has no way to show a question of a server."""

import asyncio
import json
import sys

from agents import Agent, OpenAIResponsesModel, Runner, set_tracing_disabled
from agents.mcp import MCPServerStdio, MCPServerStreamableHttp
from openai import AsyncOpenAI

job = json.loads(sys.argv[1])


async def main():
    set_tracing_disabled(disabled=True)
    patience = {"client_session_timeout_seconds": 60}
    if job["url"]:
        server = MCPServerStreamableHttp({"url": job["url"]}, **patience)
    else:
        server = MCPServerStdio({"command": job["command"], "args": job["args"], "env": job["env"]}, **patience)
    model = OpenAIResponsesModel("scripted", AsyncOpenAI(base_url=job["model"] + "/v1", api_key="none"))
    async with server:
        agent = Agent("clerk", model=model, mcp_servers=[server])
        print((await Runner.run(agent, "Start the sequence SaaS founders.")).final_output)


asyncio.run(main())
