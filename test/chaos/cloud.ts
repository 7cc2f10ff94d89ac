import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { randomFrom } from '../support/fault-schedule.js';
import {
  FIRST_VERSION,
  type CloudCall,
  type CloudFault,
  type CloudTarget,
  type CloudWrite,
  type WriteRequest,
} from './cloud-protocol.js';

/**
 * A cloud in a process of its own: it keeps what runs on each target and remembers every call, so that overlapping,
 * repeated and stale writes are judged where they arrive. A write is carried out when the target is ready and the
 * writer has seen its present revision, as with a resourceVersion of Kubernetes; it knows nothing of leases.
 *
 * `GET /targets/<name>` · `PUT /targets/<name>` · `POST /fault` · `GET /writes` · `GET /calls`; prints its URL.
 */
interface Kept extends Omit<CloudTarget, 'status'> {
  readonly readyAt: number;
}

const LONGEST_UPDATE_MS = Number(process.env['CLOUD_UPDATE_MS'] ?? 600);

const random = randomFrom(Number(process.env['CLOUD_SEED'] ?? 1));
const targets = new Map<string, Kept>();
const writes: CloudWrite[] = [];
const calls: CloudCall[] = [];
let fault: (CloudFault & { until: number }) | undefined;

function targetOf(name: string): Kept {
  return targets.get(name) ?? { revision: 0, version: FIRST_VERSION, readyAt: 0 };
}

function statusOf({ readyAt, revision }: Kept): CloudTarget['status'] {
  const isStill = activeFault() === 'standstill' && revision > 0;
  return isStill || Date.now() < readyAt ? 'updating' : 'ready';
}

function activeFault(): CloudFault['kind'] | undefined {
  return fault && Date.now() < fault.until ? fault.kind : undefined;
}

function write(name: string, request: WriteRequest): CloudWrite['answer'] {
  const now = targetOf(name);
  const answer = judge(now, request);
  writes.push({ ...request, target: name, at: Date.now(), answer });
  if (answer !== 'accepted') return answer;
  const { version, deployment, direction } = request;
  const readyAt = Date.now() + LONGEST_UPDATE_MS * (0.3 + 0.7 * random());
  targets.set(name, { revision: now.revision + 1, version, deployment, direction, readyAt });
  return answer;
}

function judge(now: Kept, { revision }: WriteRequest): CloudWrite['answer'] {
  if (now.revision !== revision) return 'conflict';
  return statusOf(now) === 'ready' ? 'accepted' : 'busy';
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  if (path === '/writes') return send(response, 200, writes);
  if (path === '/calls') return send(response, 200, calls);
  const body = await text(request);
  if (!path.startsWith('/targets/')) {
    const wanted = JSON.parse(body) as CloudFault;
    fault = { ...wanted, until: Date.now() + wanted.forMs };
    return send(response, 200, {});
  }
  const { 'x-deployment': deployment = '', 'x-epoch': epoch = '' } = request.headers;
  const target = decodeURIComponent(path.replace('/targets/', ''));
  calls.push({ target, deployment: String(deployment), epoch: Number(epoch) });
  serve(request, response, target, body);
}

function serve(request: IncomingMessage, response: ServerResponse, name: string, body: string): void {
  const active = activeFault();
  if (active === 'throttle' && random() < 0.7) return send(response, 429, {});
  if (request.method === 'PUT') {
    const said = write(name, JSON.parse(body) as WriteRequest);
    // The change is made; the answer is what gets lost.
    if (active === 'lost-replies') request.socket.resetAndDestroy();
    else send(response, said === 'accepted' ? 200 : 409, { answer: said });
    return;
  }
  if (active === 'lost-replies' && random() < 0.3) return void request.socket.resetAndDestroy();
  const { readyAt, ...target } = targetOf(name);
  send(response, 200, { ...target, status: statusOf({ readyAt, ...target }) } satisfies CloudTarget);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  // A few milliseconds on the way, so that processes die and freeze between a call and its answer.
  setTimeout(
    () => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    20 * random(),
  );
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  answer(request, response).catch(() => request.socket.destroy());
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
