// The TypeScript SDK, 1.x and 2.x: makes one call, and answers a question of the server as the job says.
// Usage: node typescript.mjs v1|v2|v2-auto JOB.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [release, text] = process.argv.slice(2);
const job = JSON.parse(text);
const load = createRequire(join(job.installed, 'package.json'));
const info = { name: 'typescript-client', version: '1' };
const options = job.answer ? { capabilities: { elicitation: {} } } : {};

function old() {
  const { Client } = load('@modelcontextprotocol/sdk/client/index.js');
  const { StdioClientTransport } = load('@modelcontextprotocol/sdk/client/stdio.js');
  const { StreamableHTTPClientTransport } = load('@modelcontextprotocol/sdk/client/streamableHttp.js');
  const { ElicitRequestSchema } = load('@modelcontextprotocol/sdk/types.js');
  return { client: new Client(info, options), Stdio: StdioClientTransport, Http: StreamableHTTPClientTransport, question: ElicitRequestSchema };
}

function current() {
  const { Client, StreamableHTTPClientTransport } = load('@modelcontextprotocol/client');
  const { StdioClientTransport } = load('@modelcontextprotocol/client/stdio');
  const negotiation = release === 'v2-auto' ? { versionNegotiation: { mode: 'auto' } } : {};
  return { client: new Client(info, { ...options, ...negotiation }), Stdio: StdioClientTransport, Http: StreamableHTTPClientTransport, question: 'elicitation/create' };
}

const { client, Stdio, Http, question } = release === 'v1' ? old() : current();
if (job.answer) {
  client.setRequestHandler(question, async (request) => {
    console.log(`ASKED ${JSON.stringify(request.params)}`);
    await new Promise((done) => setTimeout(done, 1000 * job.thinks));
    return job.answer === 'accept' ? { action: 'accept', content: { confirm: true } } : { action: job.answer };
  });
}
await client.connect(job.url ? new Http(new URL(job.url)) : new Stdio({ command: job.command, args: job.args, env: job.env, stderr: 'inherit' }));
try {
  console.log(JSON.stringify(await client.callTool({ name: job.tool, arguments: job.arguments })));
} catch (error) {
  console.log(`FAILED ${error}`);
} finally {
  await client.close();
}
