import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLogger } from '../../src/shared/log/logger.js';
import { createRedactor } from '../../src/shared/log/redact.js';
import { loadConfig } from '../../src/shared/config/load.js';
import { createOtlpProcessor } from '../../src/shared/tracing/otlp.js';
import { inSpan, traceparent } from '../../src/shared/tracing/spans.js';
import { startTracing } from '../../src/shared/tracing/start-tracing.js';
import { startWorker } from '../../src/workers/main.js';
import { startElasticBeanstalk, type RunningSimulator } from '../simulators/elastic-beanstalk/start.js';
import { useApi } from '../support/api.js';
import { pointSdkTo } from '../support/aws.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CI_SPAN = '00f067aa0ba902b7';
const api = useApi();
const exporter = new InMemorySpanExporter();
let cloud: RunningSimulator;
let worker: { close(): Promise<void> };
let tracing: { close(): Promise<void> } | undefined;

beforeAll(async () => {
  tracing = startTracing(new SimpleSpanProcessor(exporter));
  cloud = await startElasticBeanstalk({
    speed: 30,
    region: 'us-east-1',
    environments: [{ application: 'shop', environment: 'shop-staging', version: 'v1' }],
  });
  pointSdkTo(cloud.url);
  await api.start();
  const spec = { application: 'shop', environment: 'shop-staging', region: 'us-east-1' };
  await api.configure('shop-api', 'staging', {
    provider: 'elastic-beanstalk',
    spec,
    verify: { stabilityMs: 0 },
  });
  const config = loadConfig({
    REDIS_URL: api.redis.url,
    BEANPOD_NAMESPACE: api.redis.namespace,
    BEANPOD_TEMPO: '0.05',
    BEANPOD_REDIS_CHECK: 'off',
    BEANPOD_S3_PATH_STYLE: 'true',
    BEANPOD_BLOBS: `${api.folder}/blobs`,
  });
  worker = await startWorker(config, createLogger('silent'), createRedactor());
});
afterAll(async () => {
  await worker.close();
  await api.stop();
  await cloud.close();
  await tracing?.close();
});

const image = `registry.example.com/shop@sha256:${'a'.repeat(64)}`;

async function deploy(version: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const body = { service: 'shop-api', environment: 'staging', version, artifact: { type: 'image', image } };
  const { id } = (await api.call().post('/v1/deployments').set(headers).send(body)).body;
  await expect
    .poll(async () => (await api.call().get(`/v1/deployments/${id}`)).body.state, { timeout: 50_000 })
    .toBe('succeeded');
  await expect.poll(() => runOf(id)).toBeDefined();
  return id;
}

const runOf = (id: string) =>
  exporter.getFinishedSpans().find(({ attributes }) => attributes['deployment'] === id);
const idOf = (span: ReadableSpan) => span.spanContext().spanId;
const parentOf = (span: ReadableSpan) => span.parentSpanContext?.spanId;

describe('the trace of a deployment', () => {
  test('is one tree from the span of CI to the calls of the cloud', async () => {
    const id = await deploy('2', { traceparent: `00-${TRACE}-${CI_SPAN}-01` });

    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === TRACE);
    const ids = new Set(spans.map(idOf));
    const roots = spans.filter((span) => !ids.has(parentOf(span) ?? ''));
    expect(roots.map((span) => [span.name, parentOf(span)])).toEqual([['POST /v1/deployments', CI_SPAN]]);
    const run = runOf(id);
    expect(run?.name).toBe('deployment');
    expect(parentOf(run as ReadableSpan)).toBe(idOf(roots[0] as ReadableSpan));
    const update = spans.find(({ name }) => name === 'elastic-beanstalk UpdateEnvironment');
    const byId = new Map(spans.map((span) => [idOf(span), span]));
    const way: string[] = [];
    for (let span = update; span; span = byId.get(parentOf(span) ?? '')) way.push(span.name);
    expect(way).toEqual([
      'elastic-beanstalk UpdateEnvironment',
      'forward:ensure-update',
      'deployment',
      'POST /v1/deployments',
    ]);
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['capture', 'verify:health']));
    expect(spans.filter(({ name }) => name.startsWith('s3 ')).length).toBeGreaterThan(0);
  });

  test('begins with the request when the caller has none, or one that is no traceparent', async () => {
    const id = await deploy('3', { traceparent: `00-${'0'.repeat(32)}-${CI_SPAN}-01` });

    const run = runOf(id) as ReadableSpan;
    const request = exporter.getFinishedSpans().find((span) => idOf(span) === parentOf(run));
    expect(request?.name).toBe('POST /v1/deployments');
    expect(request?.parentSpanContext).toBeUndefined();
    expect(run.spanContext().traceId).not.toMatch(/^0+$/);
  });

  test('holds no token, and nobody is told of it by the API', async () => {
    const told = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, status }) => [name, attributes, status]),
    );

    expect(told).not.toContain(api.token);
    expect((await api.call().get('/v1/deployments')).text).not.toContain(TRACE);
  });
});

test('spans reach a collector by OTLP, and a collector that refuses them costs nothing but them', async () => {
  await tracing?.close();
  tracing = undefined;
  const received: unknown[] = [];
  let status = 200;
  const collector = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      received.push({ path: request.url, body: JSON.parse(text) as unknown });
      response.writeHead(status).end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(collector, 'listening');
  const url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const errors: unknown[] = [];
  const send = async (name: string) => {
    const sending = startTracing(createOtlpProcessor(url, 'beanpod-test', (error) => errors.push(error)));
    const parent = await inSpan(name, { kind: 'server', attributes: { size: 3 } }, async () => {
      const here = traceparent();
      await inSpan('inner', {}, () => Promise.resolve());
      return here;
    });
    await sending.close();
    return parent;
  };

  const parent = await send('outer');
  status = 503;
  await send('lost');

  collector.close();
  const [first] = received as {
    path: string;
    body: { resourceSpans: { scopeSpans: { spans: object[] }[] }[] };
  }[];
  expect(first?.path).toBe('/v1/traces');
  const [, traceId, spanId] = (parent ?? '').split('-');
  expect(first?.body.resourceSpans[0]?.scopeSpans[0]?.spans).toMatchObject([
    { name: 'inner', traceId, parentSpanId: spanId, kind: 1 },
    { name: 'outer', traceId, spanId, kind: 2, attributes: [{ key: 'size', value: { stringValue: '3' } }] },
  ]);
  expect(errors.map(String)).toEqual(['Error: The collector of traces answered 503']);
});
