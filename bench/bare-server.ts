import { createHash } from 'node:crypto';
import express from 'express';
import { Redis } from 'ioredis';
import { DeployRequest } from '../src/shared/contract/deploy-request.js';
import { newId } from '../src/shared/new-id.js';
import { schemaOf } from '../src/shared/schema/schema.js';

/**
 * What Beanpod's two hot routes are compared with: the least that Express 5, Ajv and one script can do. The POST
 * validates the same schema and stores a record of the same size with two indexes and a first event.
 */
const STORE = `
redis.call('HSET',KEYS[1]..':r:'..ARGV[1],'request',ARGV[2],'input',ARGV[3],'state','queued','at',ARGV[4])
redis.call('ZADD',KEYS[1]..':i',0,ARGV[1]) redis.call('ZADD',KEYS[1]..':j',0,ARGV[1])
redis.call('XADD',KEYS[1]..':e:'..ARGV[1],'1-0','j','accepted')
return 'ok'`;
const SHA = createHash('sha1').update(STORE).digest('hex');

const redis = new Redis(process.env['REDIS_URL'] ?? '');
const root = `{bare-${newId()}}`;
const schema = schemaOf(DeployRequest);
await redis.script('LOAD', STORE);
await redis.hset(`${root}:read`, readableRecord());

const app = express();
app.disable('x-powered-by');
app.post('/', express.json(), async (request, response) => {
  const body: unknown = request.body;
  if (!schema.is(body)) {
    response.status(422).json(schema.problems(body));
    return;
  }
  const id = newId();
  await redis.evalsha(SHA, 1, root, id, JSON.stringify(body), JSON.stringify(body), Date.now());
  response.status(202).json({ id, ...body });
});
app.get('/', async (_request, response) => {
  response.json(await redis.hgetall(`${root}:read`));
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`);
});

function readableRecord(): Record<string, string> {
  const text = JSON.stringify({
    service: 'bench',
    environment: 'staging',
    version: '118',
    actor: { name: 'ci' },
  });
  const names = [
    'number',
    'target',
    'request',
    'name',
    'state',
    'progress',
    'mode',
    'seq',
    'acceptedAt',
    'updatedAt',
    'attempts',
    'revision',
  ];
  return Object.fromEntries(names.map((name) => [name, name === 'request' ? text : '1795298438771']));
}
