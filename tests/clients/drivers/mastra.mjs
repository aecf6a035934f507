// An agent of Mastra, with the scripted model; it answers a question of the server as the job says.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const job = JSON.parse(process.argv[2]);
const load = createRequire(join(job.installed, 'package.json'));
const { MCPClient } = load('@mastra/mcp');
const { Agent } = load('@mastra/core/agent');

async function answer({ params }) {
  console.log(`ASKED ${JSON.stringify(params)}`);
  await new Promise((done) => setTimeout(done, 1000 * job.thinks));
  return job.answer === 'accept' ? { action: 'accept', content: { confirm: true } } : { action: job.answer };
}

const server = job.url ? { url: new URL(job.url) } : { command: job.command, args: job.args, env: job.env };
const asking = job.answer ? { inputRequests: answer } : {};
const client = new MCPClient({ servers: { saleshandy: { ...server, ...asking } } });
try {
  const model = { id: 'scripted/scripted', url: `${job.model}/v1`, apiKey: 'none' };
  const tools = await client.listTools();
  const agent = new Agent({ id: 'clerk', name: 'clerk', instructions: 'Do as you are told.', model, tools });
  const said = await agent.generate('Start the sequence SaaS founders.', { maxSteps: 4 });
  console.log(said.text);
} finally {
  await client.disconnect();
}
