import { fieldsOf, propertyOf, type JolokiaAnswer, type JolokiaRequest } from './jolokia.js';

/** Memory in bytes; without `max` there is no limit. */
export interface Usage {
  readonly used: number;
  readonly committed: number;
  readonly max?: number;
}

/** A garbage collector since the process began. */
export interface Collector {
  readonly name: string;
  readonly count: number;
  readonly ms: number;
}

/** What a Java process says about itself; what it does not say is absent. */
export interface Figures {
  readonly heap?: Usage;
  readonly nonHeap?: Usage;
  readonly threads?: { readonly now: number; readonly peak: number; readonly daemons: number };
  readonly collectors: readonly Collector[];
  readonly machine?: { readonly name: string; readonly upMs: number };
}

/** What to ask for the figures, in the order in which `figuresOf` takes the answers. */
export const FIGURE_REQUESTS: readonly JolokiaRequest[] = [
  read('java.lang:type=Memory', 'HeapMemoryUsage', 'NonHeapMemoryUsage'),
  read('java.lang:type=Threading', 'ThreadCount', 'PeakThreadCount', 'DaemonThreadCount'),
  read('java.lang:type=GarbageCollector,name=*', 'CollectionCount', 'CollectionTime'),
  read('java.lang:type=Runtime', 'VmName', 'SpecVersion', 'Uptime'),
];

/** The figures in the answers to `FIGURE_REQUESTS`. */
export function figuresOf([memory, threading, collecting, runtime]: readonly JolokiaAnswer[]): Figures {
  const memoryIs = fieldsOf(memory?.value);
  const threadsAre = fieldsOf(threading?.value);
  const runtimeIs = fieldsOf(runtime?.value);
  const heap = usageOf(memoryIs['HeapMemoryUsage']);
  const nonHeap = usageOf(memoryIs['NonHeapMemoryUsage']);
  const now = numberOf(threadsAre['ThreadCount']);
  const upMs = numberOf(runtimeIs['Uptime']);
  return {
    ...(heap && { heap }),
    ...(nonHeap && { nonHeap }),
    ...(now !== undefined && {
      threads: {
        now,
        peak: numberOf(threadsAre['PeakThreadCount']) ?? now,
        daemons: numberOf(threadsAre['DaemonThreadCount']) ?? 0,
      },
    }),
    collectors: Object.entries(fieldsOf(collecting?.value)).map(([bean, its]) => ({
      name: propertyOf(bean, 'name') ?? bean,
      count: numberOf(fieldsOf(its)['CollectionCount']) ?? 0,
      ms: numberOf(fieldsOf(its)['CollectionTime']) ?? 0,
    })),
    ...(upMs !== undefined && { machine: { name: machineOf(runtimeIs), upMs } }),
  };
}

function machineOf(runtime: Readonly<Record<string, unknown>>): string {
  const { VmName: name, SpecVersion: version } = runtime;
  return [name, version].filter((each) => typeof each === 'string').join(' ');
}

function usageOf(value: unknown): Usage | undefined {
  const { used, committed, max } = fieldsOf(value);
  const [is, has, most] = [numberOf(used), numberOf(committed), numberOf(max)];
  if (is === undefined) return undefined;
  return { used: is, committed: has ?? is, ...(most !== undefined && most > 0 && { max: most }) };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function read(mbean: string, ...attribute: readonly string[]): JolokiaRequest {
  return { type: 'read', mbean, attribute };
}

/** Bytes in words: `512 MB`, `1.5 GB`; a MB has 1024 × 1024 bytes, as the tools of Java count. */
export function spellBytes(bytes: number): string {
  const mega = bytes / 1_048_576;
  return mega >= 1_024 ? `${(mega / 1_024).toFixed(1)} GB` : `${Math.round(mega)} MB`;
}
