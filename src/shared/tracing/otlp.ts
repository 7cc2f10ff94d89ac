import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** `SUCCESS` of an enumeration that lives in a package of the SDK's own. */
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const DELIVERED = 0 as Parameters<Parameters<SpanExporter['export']>[1]>[0]['code'];

/** A collector that does not answer costs a batch of spans, and nothing else. */
const WITHIN_MS = 5_000;

/**
 * Sends spans in batches to a collector by OTLP over HTTP with JSON, at `url` (`http://collector:4318`). Batches that
 * cannot be delivered are dropped and told to `onError`; nothing waits for them.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function createOtlpProcessor(
  url: string,
  service: string,
  onError: (error: unknown) => void,
): SpanProcessor {
  const address = new URL('v1/traces', url.endsWith('/') ? url : `${url}/`);
  async function send(spans: readonly ReadableSpan[]): Promise<void> {
    await deliver(address, messageOf(spans, service)).catch(onError);
  }

  const exporter: SpanExporter = {
    export(spans, done) {
      // The processor would only throw what failed at us again, at the latest when the process ends.
      void send(spans).finally(() => done({ code: DELIVERED }));
    },
    shutdown: () => Promise.resolve(),
  };
  return new BatchSpanProcessor(exporter);
}

async function deliver(address: URL, message: object): Promise<void> {
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new Error(`The collector of traces answered ${answer.status}`);
}

function messageOf(spans: readonly ReadableSpan[], service: string): object {
  const resource = { attributes: attributesOf({ 'service.name': service }) };
  return {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'beanpod' }, spans: spans.map(spanOf) }] }],
  };
}

function spanOf(span: ReadableSpan): object {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext?.spanId;
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent }),
    name: span.name,
    // OTLP counts kinds from 1, since 0 is "unspecified".
    kind: span.kind + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: attributesOf(span.attributes),
    status: span.status.code === SpanStatusCode.ERROR ? { code: 2, message: span.status.message ?? '' } : {},
  };
}

function nanoseconds([seconds, rest]: readonly [number, number]): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}

function attributesOf(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: String(value) } }));
}
