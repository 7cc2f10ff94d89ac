import { randomBytes } from 'node:crypto';
import { timestamp } from '../objects.js';
import { imageId, type ContainerRun } from './container-run.js';
import type { Ending, PodLife } from './pod-life.js';
import { restarts } from './pod-status.js';
import { nameProblem, pullProblem, type PullProblem } from './pull.js';
import { missingConfig } from './references.js';
import { runScript } from './script.js';

/** The kubelet looks at a waiting container again after this long. */
const SYNC_MS = 1000;
/** Back-off of pulls and of crashed containers: doubles from 10 s to 300 s. */
const BACKOFF_MS = { first: 10_000, most: 300_000 };

/** Brings a container up: image, configuration, start; each may fail and be tried again. */
export function bringUp(life: PodLife, run: ContainerRun): void {
  const { image, imagePullPolicy } = run.spec as { image: string; imagePullPolicy?: string };
  const malformed = nameProblem(image);
  if (malformed !== undefined) return refuseImage(life, run, malformed);
  if (imagePullPolicy !== 'Always' && life.images.has(image)) {
    life.say('Normal', 'Pulled', `Container image "${image}" already present on machine`, run);
    run.pulled = true;
    return configure(life, run);
  }
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    return refuseImage(life, run, { reason: 'ErrImageNeverPull', message });
  }
  pull(life, run);
}

/** Ends the current run of a container and starts it again when the restart policy says so. */
export function exitContainer(life: PodLife, run: ContainerRun, ending: Ending): void {
  endRun(life, run, ending);
  life.sync();
  if (!restarts(life.pod(), run)) return life.finished(run);
  // The first restart is immediate; the state of the ended run is visible until then.
  if (run.restarts === 0) return life.after(SYNC_MS / 2, () => restart(life, run));
  const pause = Math.min(BACKOFF_MS.first * 2 ** (run.restarts - 1), BACKOFF_MS.most);
  life.after(SYNC_MS / 2, () => {
    const { name, namespace, uid } = life.pod().metadata;
    const pod = `${name}_${namespace ?? ''}(${uid})`;
    const message = `back-off ${duration(pause)} restarting failed container=${run.spec.name} pod=${pod}`;
    if (run.state.terminated !== undefined) run.lastState = { terminated: run.state.terminated };
    wait(life, run, 'CrashLoopBackOff', message);
    life.say(
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${run.spec.name} in pod ${pod}`,
      run,
    );
    life.after(pause, () => restart(life, run));
  });
}

/** Marks the current run as ended, without deciding what comes next. */
export function endRun(life: PodLife, run: ContainerRun, ending: Ending): void {
  const startedAt = run.state.running?.startedAt ?? timestamp();
  run.state = {
    terminated: {
      ...ending,
      startedAt,
      finishedAt: timestamp(),
      ...(run.containerID === undefined ? {} : { containerID: run.containerID }),
    },
  };
  run.ready = false;
  run.started = false;
  life.logs.current(life.pod().metadata.uid, run.spec.name)?.end();
}

function refuseImage(life: PodLife, run: ContainerRun, problem: PullProblem): void {
  wait(life, run, problem.reason, problem.message);
  const first = problem.reason === 'InvalidImageName' ? 'InspectFailed' : problem.reason;
  life.say('Warning', first, problem.message, run);
  life.say('Warning', 'Failed', `Error: ${problem.reason}`, run);
}

function pull(life: PodLife, run: ContainerRun): void {
  const { image } = run.spec;
  const { behaviour } = run;
  const ms = behaviour.duration(
    'pull',
    behaviour.name === 'pull-slow' ? 60_000 : life.cluster.settings.pullMs,
  );
  run.pulls += 1;
  life.say('Normal', 'Pulling', `Pulling image "${image}"`, run);
  life.after(ms, () => {
    const problem = pullProblem(run);
    if (problem !== undefined) return backOffPull(life, run, problem);
    run.pulled = true;
    life.images.add(image);
    const took = `${Math.round(ms)}ms (${Math.round(ms)}ms including waiting). Image size: 52428800 bytes.`;
    life.say('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took}`, run);
    configure(life, run);
  });
}

function backOffPull(life: PodLife, run: ContainerRun, problem: PullProblem): void {
  const { image } = run.spec;
  wait(life, run, problem.reason, problem.message);
  life.say('Warning', 'Failed', `Failed to pull image "${image}": ${problem.message}`, run);
  life.say('Warning', 'Failed', `Error: ${problem.reason}`, run);
  const pause = Math.min(BACKOFF_MS.first * 2 ** (run.pulls - 1), BACKOFF_MS.most);
  life.after(SYNC_MS, () => {
    wait(
      life,
      run,
      'ImagePullBackOff',
      `Back-off pulling image "${image}": ${problem.reason}: ${problem.message}`,
    );
    life.say('Normal', 'BackOff', `Back-off pulling image "${image}"`, run);
    life.say('Warning', 'Failed', 'Error: ImagePullBackOff', run);
    life.after(pause, () => pull(life, run));
  });
}

function configure(life: PodLife, run: ContainerRun): void {
  const scripted =
    run.behaviour.name === 'config-missing' ? 'configmap "scripted-config" not found' : undefined;
  const missing = scripted ?? missingConfig(life.cluster.store, life.pod(), run.spec);
  if (missing === undefined) return start(life, run);
  wait(life, run, 'CreateContainerConfigError', missing);
  life.say('Warning', 'Failed', `Error: ${missing}`, run);
  life.after(5 * SYNC_MS, () => configure(life, run));
}

function start(life: PodLife, run: ContainerRun): void {
  const { name } = run.spec;
  run.containerID = `containerd://${randomBytes(32).toString('hex')}`;
  life.say('Normal', 'Created', `Created container: ${name}`, run);
  if (run.behaviour.name === 'start-error') {
    const why =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ' +
      'unable to start container process: error during container init: exec: "scripted": ' +
      'executable file not found in $PATH: unknown';
    life.say('Warning', 'Failed', `Error: ${why}`, run);
    return exitContainer(life, run, { exitCode: 128, reason: 'StartError', message: why });
  }
  life.say('Normal', 'Started', `Started container ${name}`, run);
  run.state = { running: { startedAt: timestamp() } };
  run.started = run.spec.startupProbe === undefined;
  const log = life.logs.open(life.pod().metadata.uid, name);
  log.write(`starting ${name} from ${imageId(run.spec.image)}`);
  if (run.role === 'sidecar') life.after(0, () => life.finished({ ...run, state: ENDED_WELL }));
  runScript(life, run);
  life.sync();
}

// A sidecar lets the next container start as soon as it runs itself.
const ENDED_WELL = { terminated: { exitCode: 0, reason: 'Completed', startedAt: '', finishedAt: '' } };

function restart(life: PodLife, run: ContainerRun): void {
  if (run.state.terminated !== undefined) run.lastState = { terminated: run.state.terminated };
  run.restarts += 1;
  bringUp(life, run);
}

function wait(life: PodLife, run: ContainerRun, reason: string, message: string): void {
  run.state = { waiting: { reason, message } };
  life.sync();
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
