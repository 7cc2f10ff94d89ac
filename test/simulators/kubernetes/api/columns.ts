import { at, fieldsAt, isFields, listAt, textAt, textOf } from '../json.js';
import type { KubeObject, LabelSelector } from '../objects.js';
import type { ResourceType } from '../registry/resource-type.js';
import { selectorText } from '../selectors.js';
import type { Pod } from '../workloads.js';
import { age } from './age.js';
import {
  outOf,
  countOf,
  pairs,
  templateOf,
  each,
  jobWord,
  addresses,
  externalAddress,
  servicePorts,
} from './cells.js';
import { podReady, podRestarts, podWord } from './pod-columns.js';

/** One column of a table; priority 1 is shown by `-o wide` only. */
export interface Column {
  name: string;
  type: string;
  priority: number;
  cell(object: KubeObject): unknown;
}

type Cell = (object: KubeObject) => unknown;

/** The columns of a kind, Name first and Age where the server has it. */
export function columnsOf(type: ResourceType): Column[] {
  if (type.custom !== undefined) return customColumns(type.custom.columns);
  return BY_KIND.get(type.kind) ?? [NAME, AGE];
}

const NAME = column('Name', (object) => object.metadata.name);
const AGE = column('Age', (object) => age(object.metadata.creationTimestamp));

const containers: Cell = (object) => each(templateOf(object), (container) => container.name);
const images: Cell = (object) => each(templateOf(object), (container) => container.image);
const selector: Cell = (object) => selectorText(at(object, 'spec', 'selector') as LabelSelector | undefined);
const WORKLOAD_WIDE = [wide('Containers', containers), wide('Images', images), wide('Selector', selector)];

const BY_KIND = new Map<string, Column[]>([
  [
    'Pod',
    [
      NAME,
      column('Ready', (pod) => podReady(pod as Pod)),
      column('Status', (pod) => podWord(pod as Pod)),
      column('Restarts', (pod) => podRestarts(pod as Pod)),
      AGE,
      wide('IP', field('status', 'podIP')),
      wide('Node', field('spec', 'nodeName')),
      wide('Nominated Node', () => undefined),
      wide('Readiness Gates', () => undefined),
    ],
  ],
  [
    'Deployment',
    [
      NAME,
      column('Ready', outOf('readyReplicas', 'replicas')),
      number('Up-to-date', 'status', 'updatedReplicas'),
      number('Available', 'status', 'availableReplicas'),
      AGE,
      ...WORKLOAD_WIDE,
    ],
  ],
  [
    'ReplicaSet',
    [
      NAME,
      number('Desired', 'spec', 'replicas'),
      number('Current', 'status', 'replicas'),
      number('Ready', 'status', 'readyReplicas'),
      AGE,
      ...WORKLOAD_WIDE,
    ],
  ],
  [
    'StatefulSet',
    [
      NAME,
      column('Ready', outOf('readyReplicas', 'replicas')),
      AGE,
      wide('Containers', containers),
      wide('Images', images),
    ],
  ],
  [
    'DaemonSet',
    [
      NAME,
      number('Desired', 'status', 'desiredNumberScheduled'),
      number('Current', 'status', 'currentNumberScheduled'),
      number('Ready', 'status', 'numberReady'),
      number('Up-to-date', 'status', 'updatedNumberScheduled'),
      number('Available', 'status', 'numberAvailable'),
      column('Node Selector', (object) => pairs(at(object, 'spec', 'template', 'spec', 'nodeSelector'))),
      AGE,
      ...WORKLOAD_WIDE,
    ],
  ],
  [
    'Job',
    [
      NAME,
      column('Status', jobWord),
      column('Completions', (job) => {
        return `${textOf(at(job, 'status', 'succeeded') ?? 0)}/${textOf(at(job, 'spec', 'completions') ?? 1)}`;
      }),
      column('Duration', (job) => {
        const start = textAt(job, 'status', 'startTime');
        return start === undefined ? '' : age(start);
      }),
      AGE,
      ...WORKLOAD_WIDE,
    ],
  ],
  [
    'CronJob',
    [
      NAME,
      column('Schedule', field('spec', 'schedule')),
      column('Timezone', field('spec', 'timeZone')),
      column('Suspend', (job) => (at(job, 'spec', 'suspend') === true ? 'True' : 'False')),
      column('Active', (job) => listAt(job, 'status', 'active').length, 'integer'),
      column('Last Schedule', (job) => {
        const last = textAt(job, 'status', 'lastScheduleTime');
        return last === undefined ? '<none>' : age(last);
      }),
      AGE,
    ],
  ],
  [
    'Service',
    [
      NAME,
      column('Type', field('spec', 'type')),
      column('Cluster-IP', field('spec', 'clusterIP')),
      column('External-IP', externalAddress),
      column('Port(s)', servicePorts),
      AGE,
      wide('Selector', (service) => pairs(at(service, 'spec', 'selector'))),
    ],
  ],
  ['Namespace', [NAME, column('Status', field('status', 'phase')), AGE]],
  [
    'Node',
    [
      NAME,
      column('Status', () => 'Ready'),
      column('Roles', () => '<none>'),
      AGE,
      column('Version', () => 'v1.32.0'),
    ],
  ],
  ['ConfigMap', [NAME, column('Data', countOf('data'), 'string'), AGE]],
  ['Secret', [NAME, column('Type', field('type')), column('Data', countOf('data'), 'string'), AGE]],
  ['ServiceAccount', [NAME, column('Secrets', (account) => listAt(account, 'secrets').length), AGE]],
  [
    'Event',
    [
      column('Last Seen', (event) => age(textAt(event, 'lastTimestamp'))),
      column('Type', field('type')),
      column('Reason', field('reason')),
      column('Object', (event) => {
        const about = fieldsAt(event, 'involvedObject');
        return `${textOf(about['kind']).toLowerCase()}/${textOf(about['name'])}`;
      }),
      column('Message', field('message')),
      wide('Count', (event) => at(event, 'count')),
      wide('Name', (event) => event.metadata.name),
    ],
  ],
  [
    'Ingress',
    [
      NAME,
      column('Class', field('spec', 'ingressClassName')),
      column(
        'Hosts',
        (ingress) =>
          listAt(ingress, 'spec', 'rules')
            .map((rule) => textAt(rule, 'host') ?? '*')
            .join(',') || '*',
      ),
      column('Address', addresses),
      column('Ports', (ingress) => (listAt(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
      AGE,
    ],
  ],
  [
    'PersistentVolumeClaim',
    [
      NAME,
      column('Status', field('status', 'phase')),
      column('Volume', (claim) => textAt(claim, 'spec', 'volumeName') ?? ''),
      column('Capacity', (claim) => textAt(claim, 'status', 'capacity', 'storage') ?? ''),
      column('Access Modes', (claim) => listAt(claim, 'spec', 'accessModes').join(',')),
      column('StorageClass', (claim) => textAt(claim, 'spec', 'storageClassName') ?? ''),
      AGE,
    ],
  ],
  [
    'HorizontalPodAutoscaler',
    [
      NAME,
      column('Reference', (hpa) => {
        const target = fieldsAt(hpa, 'spec', 'scaleTargetRef');
        return `${textOf(target['kind'])}/${textOf(target['name'])}`;
      }),
      column('Targets', () => '<unknown>'),
      column('MinPods', field('spec', 'minReplicas')),
      column('MaxPods', field('spec', 'maxReplicas'), 'integer'),
      column('Replicas', (hpa) => at(hpa, 'status', 'currentReplicas') ?? 0, 'integer'),
      AGE,
    ],
  ],
  [
    'ResourceQuota',
    [NAME, AGE, column('Request', (quota) => pairs(at(quota, 'status', 'used'))), column('Limit', () => '')],
  ],
]);

function column(name: string, cell: Cell, type = 'string'): Column {
  return { name, type, priority: 0, cell };
}

function wide(name: string, cell: Cell): Column {
  return { name, type: 'string', priority: 1, cell };
}

function field(...path: string[]): Cell {
  return (object) => {
    const value = at(object, ...path);
    return isFields(value) ? undefined : value;
  };
}

function number(name: string, ...path: string[]): Column {
  return column(name, (object) => at(object, ...path) ?? 0, 'integer');
}

function customColumns(
  columns: readonly { name: string; type: string; jsonPath: string; priority: number }[],
): Column[] {
  if (columns.length === 0) return [NAME, AGE];
  const own = columns.map(({ name, type, jsonPath, priority }) => ({
    name,
    type,
    priority,
    cell: (object: KubeObject): unknown => {
      const value = at(object, ...jsonPath.split('.').filter((part) => part !== ''));
      return type === 'date' && typeof value === 'string' ? age(value) : value;
    },
  }));
  return [NAME, ...own];
}
