// A foreign client: the TypeScript SDK, old (1.x) and new (2.x). Prints as JSON what it saw of the server.
// Usage: node client.mjs v1|v2|v2-auto stdio|http|sse <the command and its arguments, or the address>
import * as next from '@modelcontextprotocol/client';
import { StdioClientTransport as NextStdio } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

const [release, transport, target, ...rest] = process.argv.slice(2);
const info = { name: 'foreign', version: '1' };

const makers = {
  v1: () => new Client(info),
  v2: () => new next.Client(info),
  'v2-auto': () => new next.Client(info, { versionNegotiation: { mode: 'auto' } }),
};

const old = release === 'v1';
const transports = {
  stdio: () => new (old ? StdioClientTransport : NextStdio)({ command: target, args: rest, stderr: 'ignore' }),
  http: () => new (old ? StreamableHTTPClientTransport : next.StreamableHTTPClientTransport)(new URL(target)),
  sse: () => new SSEClientTransport(new URL(target)),
};

const client = makers[release]();
await client.connect(transports[transport]());
try {
  const { tools } = await client.listTools();
  const good = await client.callTool({ name: 'list_sequences', arguments: { query: 'launch' } });
  const bad = await client.callTool({ name: 'list_sequences', arguments: { pages: 2 } });
  console.log(JSON.stringify({
    server: client.getServerVersion(),
    version: client.getNegotiatedProtocolVersion?.() ?? null,
    tools: tools.map((tool) => tool.name),
    good,
    bad,
  }));
} finally {
  await client.close();
}
