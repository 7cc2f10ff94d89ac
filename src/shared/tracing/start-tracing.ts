import { AsyncLocalStorage } from 'node:async_hooks';
import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from '@opentelemetry/api';
import { BasicTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { takeSpans } from './spans.js';

/** Turns tracing on for this process; spans go to `processor`. Off again, with what is left sent, by `close`. */
export function startTracing(processor: SpanProcessor): { close(): Promise<void> } {
  const provider = new BasicTracerProvider({ spanProcessors: [processor] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(createContexts());
  takeSpans(true);
  return {
    async close() {
      takeSpans(false);
      trace.disable();
      context.disable();
      await provider.shutdown();
    },
  };
}

/** Carries the span around through everything asynchronous that starts within it. */
function createContexts(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const contexts: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (around, work, self, ...args) => storage.run(around, () => work.call(self, ...args)),
    bind: (around, target) => {
      if (typeof target !== 'function') return target;
      const call = target as (...args: unknown[]) => unknown;
      return ((...args: unknown[]) => storage.run(around, () => call(...args))) as typeof target;
    },
    enable: () => contexts,
    disable: () => {
      storage.disable();
      return contexts;
    },
  };
  return contexts;
}
