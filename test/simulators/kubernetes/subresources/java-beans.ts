import type { Fields } from '../json.js';

/** Heap that is in use right after a collection, and what is allocated in one second; both in bytes. */
const LIVE_BYTES = 104_857_600;
const BYTES_A_SECOND = 2_097_152;
const HEAP_BYTES = 536_870_912;
/** Seconds between two collections that nobody asked for. */
const COLLECTS_EVERY = 60;

const LOG4J = 'org.apache.logging.log4j2:component=Loggers';
const LOGBACK = 'ch.qos.logback.classic:Name=default,Type=ch.qos.logback.classic.jmx.JMXConfigurator';
const LEVELS = new Set(['OFF', 'ERROR', 'WARN', 'INFO', 'DEBUG', 'TRACE']);

/** The beans of one Java process that was started at a moment, under their canonical names. */
export interface JavaBeans {
  all(): Readonly<Record<string, Fields>>;
  /** Sets an attribute; answers the value before, or undefined when there is nothing to write. */
  write(bean: string, attribute: string, value: unknown): unknown;
  /** Executes an operation; undefined when there is none. */
  execute(bean: string, operation: string, args: readonly unknown[]): { readonly value: unknown } | undefined;
}

/**
 * Makes the beans of a process with Log4j 2 and Logback in it. Sources:
 * https://docs.oracle.com/en/java/javase/21/docs/api/java.management/java/lang/management/package-summary.html,
 * https://logging.apache.org/log4j/2.x/manual/jmx.html, https://logback.qos.ch/manual/jmxConfig.html
 */
export function createJavaBeans(startedAt: number): JavaBeans {
  const log4j = new Map([
    ['', 'INFO'],
    ['com.example.shop', 'INFO'],
    ['org.hibernate', 'WARN'],
  ]);
  const logback = new Map([
    ['ROOT', 'INFO'],
    ['com.example.shop.orders', 'DEBUG'],
  ]);
  let asked = 0;
  let collectedAt = startedAt;
  const bytes = (used: number, max: number) => ({ init: max / 2, used, committed: max / 2, max });
  const log4jBean = (name: string) => `${LOG4J},name=${name},type=1b2c3d4e`;

  return {
    all() {
      const now = Date.now();
      const uptime = Math.floor((now - startedAt) / 1_000);
      const sinceCollection = Math.floor((now - collectedAt) / 1_000) % COLLECTS_EVERY;
      const collections = asked + Math.floor(uptime / COLLECTS_EVERY);
      return {
        'java.lang:type=Memory': {
          HeapMemoryUsage: bytes(LIVE_BYTES + sinceCollection * BYTES_A_SECOND, HEAP_BYTES),
          NonHeapMemoryUsage: { ...bytes(67_108_864, 134_217_728), max: -1 },
        },
        'java.lang:type=Runtime': { Uptime: uptime * 1_000, VmName: 'Simulated VM', SpecVersion: '21' },
        'java.lang:type=Threading': { ThreadCount: 12, PeakThreadCount: 14, DaemonThreadCount: 8 },
        'java.lang:name=G1 Young Generation,type=GarbageCollector': {
          CollectionCount: collections,
          CollectionTime: collections * 7,
        },
        'java.lang:name=G1 Old Generation,type=GarbageCollector': { CollectionCount: 0, CollectionTime: 0 },
        [LOGBACK]: { LoggerList: [...logback.keys()] },
        ...Object.fromEntries(
          [...log4j].map(([name, level]) => [log4jBean(name), { Name: name, Level: level }]),
        ),
      };
    },

    write(bean, attribute, value) {
      const name = [...log4j.keys()].find((each) => log4jBean(each) === bean);
      if (name === undefined || attribute !== 'Level' || !LEVELS.has(String(value))) return undefined;
      const before = log4j.get(name);
      log4j.set(name, String(value));
      return before;
    },

    execute(bean, operation, [name, level]) {
      const title = operation.replace(/\(.*$/, '');
      if (bean === 'java.lang:type=Memory' && title === 'gc') {
        asked += 1;
        collectedAt = Date.now();
        return { value: null };
      }
      if (bean === 'java.lang:type=Threading' && title === 'findDeadlockedThreads') return { value: null };
      if (bean !== LOGBACK) return undefined;
      if (title === 'getLoggerLevel') return { value: logback.get(String(name)) ?? '' };
      if (title !== 'setLoggerLevel') return undefined;
      if (LEVELS.has(String(level))) logback.set(String(name), String(level));
      return { value: null };
    },
  };
}
