import { startApi } from '../../../../src/api/main.js';
import { loadConfig } from '../../../../src/shared/config/load.js';
import { createLogger } from '../../../../src/shared/log/logger.js';

/**
 * The real API in a process of its own, so that it has a core and a heap for itself. Says its address once it
 * serves; answers every message with the bytes that its heap holds after a collection.
 */
const config = loadConfig(process.env);
const api = await startApi(config, createLogger(config.logLevel));

process.on('message', () => {
  // What finalizers let go is free only after another one.
  globalThis.gc?.();
  setImmediate(() => {
    globalThis.gc?.();
    const { heapUsed, external, rss } = process.memoryUsage();
    process.send?.({ heap: heapUsed, external, rss });
  });
});
process.once('disconnect', () => void api.close().then(() => process.exit(0)));
process.send?.({ url: api.url });
