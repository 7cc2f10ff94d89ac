import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
} from '@opentelemetry/api';

/** What a span is about. Attributes never hold secrets, bodies or headers. */
export interface About {
  /** A `traceparent` of elsewhere that it continues; the span around it when absent. */
  readonly parent?: string | undefined;
  readonly kind?: 'server' | 'client' | 'consumer';
  readonly attributes?: Attributes;
}

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

let isOn = false;

/** Says whether anybody takes spans; without that none is made. */
export function takeSpans(on: boolean): void {
  isOn = on;
}

/** Does work in a span, which what it calls sees as the span around it. Does the work alone while tracing is off. */
export function inSpan<T>(
  name: string,
  { parent, kind, attributes }: About,
  work: () => Promise<T>,
): Promise<T> {
  if (!isOn) return work();
  const around = parent === undefined ? context.active() : (continued(parent) ?? context.active());
  const options = { ...(kind && { kind: KINDS[kind] }), ...(attributes && { attributes }) };
  const span = trace.getTracer('beanpod').startSpan(name, options, around);
  return context.with(trace.setSpan(around, span), async () => {
    try {
      return await work();
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Whether there is a span around that has not ended: work that outlives its span belongs to none. */
export function isInSpan(): boolean {
  return trace.getActiveSpan()?.isRecording() === true;
}

/** The span around as a `traceparent`, for whoever goes on elsewhere; undefined without one. */
export function traceparent(): string | undefined {
  if (!isInSpan()) return undefined;
  const { traceId = '', spanId = '', traceFlags = 0 } = trace.getActiveSpan()?.spanContext() ?? {};
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}

/** https://www.w3.org/TR/trace-context/#traceparent-header; undefined for what is none. */
function continued(text: string): Context | undefined {
  const [, traceId = '', spanId = '', flags = ''] = TRACEPARENT.exec(text) ?? [];
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const there = { traceId, spanId, traceFlags, isRemote: true };
  return /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(spanId)
    ? trace.setSpanContext(ROOT_CONTEXT, there)
    : undefined;
}
