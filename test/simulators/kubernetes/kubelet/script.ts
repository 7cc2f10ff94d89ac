import { controllerOf } from '../objects.js';
import { podBehaviour } from './behaviours.js';
import type { ContainerRun } from './container-run.js';
import type { Ending, PodLife } from './pod-life.js';

/** Lets a container that was just started do what its behaviour says. */
export function runScript(life: PodLife, run: ContainerRun): void {
  const { behaviour } = run;
  chatter(life, run);
  switch (nameOf(life, run)) {
    case 'crash':
    case 'init-fail':
      return crash(life, run, { exitCode: behaviour.number('exit', 1), reason: 'Error' });
    case 'oom':
      return crash(life, run, { exitCode: 137, reason: 'OOMKilled' });
    case 'exit':
      return later(life, run, behaviour.duration('after', 1000), () => done(life, run));
    case 'probe-fail':
      return failProbe(life, run);
    case 'liveness-fail':
      return failLiveness(life, run);
    case 'slow':
      return readyThen(life, run, behaviour.duration('ready', 30_000), () => settle(life, run));
    case 'crash-after-ready':
      return readyThen(life, run, readyMs(life, run), () =>
        crash(life, run, { exitCode: behaviour.number('exit', 1), reason: 'Error' }, 5000),
      );
    case 'flap':
      return readyThen(life, run, readyMs(life, run), () => flap(life, run, behaviour.number('times', 3)));
    case 'evicted':
      return readyThen(life, run, readyMs(life, run), () => evict(life, run));
    default:
      return readyThen(life, run, readyMs(life, run), () => settle(life, run));
  }
}

function nameOf(life: PodLife, run: ContainerRun): string {
  const { name } = run.behaviour;
  if (
    run.restarts >= run.behaviour.number('times', Number.POSITIVE_INFINITY) &&
    /crash|oom|exit/.test(name)
  ) {
    return 'ok';
  }
  if (run.role === 'init') return podBehaviour(life.pod(), 'init-fail') === undefined ? name : 'init-fail';
  // A pod without init containers cannot fail in one: its main container fails instead.
  const hasInit = life.runs.some((other) => other.role === 'init');
  return name === 'init-fail' && hasInit ? 'ok' : name;
}

// Without a readiness probe a running container counts as ready at once.
function readyMs(life: PodLife, run: ContainerRun): number {
  const probe = run.spec.readinessProbe;
  const otherwise =
    probe === undefined ? 0 : life.cluster.settings.readyMs + (probe.initialDelaySeconds ?? 0) * 1000;
  return run.behaviour.duration('ready', otherwise);
}

function readyThen(life: PodLife, run: ContainerRun, ms: number, next: () => void): void {
  if (run.role === 'init') return later(life, run, 200, () => done(life, run));
  const become = (): void => {
    setReady(life, run);
    life.logs.current(life.pod().metadata.uid, run.spec.name)?.write(`${run.spec.name} is listening`);
    next();
  };
  if (ms > 0) later(life, run, ms, become);
  else become();
}

function setReady(life: PodLife, run: ContainerRun): void {
  run.ready = true;
  run.started = true;
  life.sync();
}

// Where pods are not restarted for ever, a well-behaved container does its work and ends.
function settle(life: PodLife, run: ContainerRun): void {
  if (run.role !== 'main' || (life.pod().spec.restartPolicy ?? 'Always') === 'Always') return;
  later(life, run, run.behaviour.duration('runs', 1000), () => done(life, run));
}

function done(life: PodLife, run: ContainerRun): void {
  life.exit(run, { exitCode: 0, reason: 'Completed' });
}

function crash(life: PodLife, run: ContainerRun, ending: Ending, otherwise = 1000): void {
  later(life, run, run.behaviour.duration('after', otherwise), () => {
    const log = life.logs.current(life.pod().metadata.uid, run.spec.name);
    if (ending.reason === 'Error') {
      log?.write(`Error: ${run.spec.name} cannot reach its database`);
      log?.write('    at main (/app/server.js:10:7)');
    }
    life.exit(run, ending);
  });
}

function failProbe(life: PodLife, run: ContainerRun): void {
  const period = (run.spec.readinessProbe?.periodSeconds ?? 10) * 1000;
  later(life, run, period, () => {
    const message = 'Readiness probe failed: HTTP probe failed with statuscode: 503';
    life.say('Warning', 'Unhealthy', message, run);
    failProbe(life, run);
  });
}

function failLiveness(life: PodLife, run: ContainerRun): void {
  setReady(life, run);
  const probe = run.spec.livenessProbe;
  const patience = (probe?.failureThreshold ?? 3) * (probe?.periodSeconds ?? 10) * 1000;
  later(life, run, patience, () => {
    life.say('Warning', 'Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500', run);
    life.say('Normal', 'Killing', `Container ${run.spec.name} failed liveness probe, will be restarted`, run);
    life.exit(run, { exitCode: 137, reason: 'Error' });
  });
}

function flap(life: PodLife, run: ContainerRun, times: number): void {
  if (times <= 0) return;
  later(life, run, run.behaviour.duration('after', 5000), () => {
    run.ready = false;
    life.say('Warning', 'Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503', run);
    life.sync();
    later(life, run, run.behaviour.duration('down', 3000), () => {
      setReady(life, run);
      flap(life, run, times - 1);
    });
  });
}

/** Pods that were evicted, by the uid of their owner. */
const evictions = new WeakMap<object, Map<string, number>>();

function evict(life: PodLife, run: ContainerRun): void {
  const counts = evictions.get(life.cluster) ?? new Map<string, number>();
  evictions.set(life.cluster, counts);
  const pod = life.pod();
  const owner = controllerOf(pod)?.uid ?? pod.metadata.uid;
  const before = counts.get(owner) ?? 0;
  if (before >= run.behaviour.number('times', 1)) return;
  counts.set(owner, before + 1);
  later(life, run, run.behaviour.duration('after', 2000), () => {
    const message = 'The node was low on resource: memory. Threshold quantity: 100Mi, available: 52Mi. ';
    life.say('Warning', 'Evicted', message);
    life.say('Normal', 'Killing', `Stopping container ${run.spec.name}`, run);
    life.fail('Evicted', message);
  });
}

function chatter(life: PodLife, run: ContainerRun): void {
  const every = run.behaviour.duration('chatter', 0);
  if (every === 0) return;
  let count = 0;
  const speak = (): void => {
    count += 1;
    life.logs.current(life.pod().metadata.uid, run.spec.name)?.write(`request ${count} served`);
    later(life, run, every, speak);
  };
  later(life, run, every, speak);
}

// What was planned for one run must not hit the next one.
function later(life: PodLife, run: ContainerRun, ms: number, act: () => void): void {
  const { containerID } = run;
  life.after(ms, () => {
    if (run.containerID === containerID && run.state.running !== undefined) act();
  });
}
