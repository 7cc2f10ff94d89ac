import { countAt, fieldsAt, listAt, numberAt, textAt, valueAt, type Fields } from './fields.js';

/** How a run of a container ended. */
export interface Ending {
  readonly exitCode: number;
  readonly reason: string;
  readonly message: string | undefined;
  /** Milliseconds from its start to its end; undefined when it never started. */
  readonly ranMs: number | undefined;
  /** RFC 3339, by the clock of the node. */
  readonly endedAt: string | undefined;
}

/** What a container does right now. */
export type ContainerState =
  | { readonly is: 'waiting'; readonly reason: string; readonly message: string | undefined }
  | { readonly is: 'running' }
  | ({ readonly is: 'terminated' } & Ending);

/** What is kept of one container of a pod. */
export interface ContainerView {
  readonly name: string;
  /** `init` runs to its end before the others; a `sidecar` is an init container that keeps running. */
  readonly role: 'init' | 'sidecar' | 'main';
  /** As the manifest names it. */
  readonly image: string;
  /** What the node has pulled, by its digest; undefined before. */
  readonly imageId: string | undefined;
  readonly ready: boolean;
  /** False while a startup probe has not passed. */
  readonly started: boolean;
  readonly restarts: number;
  readonly state: ContainerState;
  /** How the run before the present one ended. */
  readonly last: Ending | undefined;
  /** Milliseconds in which probes may fail before a healthy container counts as late; 0 without probes. */
  readonly probeMs: number;
  /** `GET :8080/healthz`, for people; undefined without a readiness probe. */
  readonly probe: string | undefined;
}

/** The containers of a pod in the order in which they start. Ephemeral containers are left out: nobody deploys them. */
export function containersOf(spec: Fields, status: Fields): readonly ContainerView[] {
  const init = listAt(spec, 'initContainers').map((one) =>
    view(one, listAt(status, 'initContainerStatuses'), roleOf(one)),
  );
  const main = listAt(spec, 'containers').map((one) =>
    view(one, listAt(status, 'containerStatuses'), 'main'),
  );
  return [...init, ...main];
}

function roleOf(init: unknown): 'init' | 'sidecar' {
  return textAt(init, 'restartPolicy') === 'Always' ? 'sidecar' : 'init';
}

function view(spec: unknown, statuses: readonly unknown[], role: ContainerView['role']): ContainerView {
  const name = textAt(spec, 'name') ?? '';
  const status = statuses.find((one) => textAt(one, 'name') === name);
  const last = valueAt(status, 'lastState', 'terminated');
  return {
    name,
    role,
    image: textAt(spec, 'image') ?? '',
    imageId: textAt(status, 'imageID') || undefined,
    ready: valueAt(status, 'ready') === true,
    started: valueAt(status, 'started') !== false,
    restarts: countAt(status, 'restartCount'),
    state: stateOf(fieldsAt(status, 'state')),
    last: last === undefined ? undefined : ending(last),
    probeMs: probeMs(spec),
    probe: probeText(valueAt(spec, 'readinessProbe')),
  };
}

function stateOf(state: Fields): ContainerState {
  if (state['running'] !== undefined) return { is: 'running' };
  const over = state['terminated'];
  if (over !== undefined) return { is: 'terminated', ...ending(over) };
  const waiting = state['waiting'];
  return {
    is: 'waiting',
    reason: textAt(waiting, 'reason') ?? '',
    message: textAt(waiting, 'message'),
  };
}

function ending(over: unknown): Ending {
  const ranMs = Date.parse(textAt(over, 'finishedAt') ?? '') - Date.parse(textAt(over, 'startedAt') ?? '');
  return {
    exitCode: countAt(over, 'exitCode'),
    reason: textAt(over, 'reason') ?? 'Error',
    message: textAt(over, 'message'),
    ranMs: Number.isFinite(ranMs) ? ranMs : undefined,
    endedAt: textAt(over, 'finishedAt'),
  };
}

/** Kubernetes documentation, "Configure Liveness, Readiness and Startup Probes": periods of 10 s, 3 failures. */
function probeMs(spec: unknown): number {
  let seconds = 0;
  for (const name of ['startupProbe', 'readinessProbe']) {
    const probe = valueAt(spec, name);
    if (probe === undefined) continue;
    const failures = numberAt(probe, 'failureThreshold') ?? 3;
    seconds += countAt(probe, 'initialDelaySeconds') + failures * (numberAt(probe, 'periodSeconds') ?? 10);
  }
  return seconds * 1_000;
}

function probeText(probe: unknown): string | undefined {
  if (probe === undefined) return undefined;
  const port = valueAt(probe, 'httpGet', 'port') ?? valueAt(probe, 'tcpSocket', 'port') ?? '';
  const where = typeof port === 'string' || typeof port === 'number' ? `:${port}` : '';
  if (valueAt(probe, 'httpGet') !== undefined)
    return `GET ${where}${textAt(probe, 'httpGet', 'path') ?? '/'}`;
  if (valueAt(probe, 'tcpSocket') !== undefined) return `a connection to ${where}`;
  const command = listAt(probe, 'exec', 'command').filter((word) => typeof word === 'string');
  if (command.length > 0) return `the command ${command.join(' ')}`;
  return valueAt(probe, 'grpc') === undefined ? 'its probe' : 'a gRPC health check';
}
