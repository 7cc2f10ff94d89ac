import type { Cluster } from '../cluster.js';
import type { Cancel } from '../clock.js';
import { timestamp } from '../objects.js';
import { builtIn } from '../registry/registry.js';
import { controllerCall } from '../writes/write-call.js';
import type { Pod } from '../workloads.js';
import { podBehaviour } from './behaviours.js';
import { bringUp, endRun, exitContainer } from './container-life.js';
import { containerRuns, type ContainerRun } from './container-run.js';
import type { LogBook } from './logs.js';
import type { PodLife } from './pod-life.js';
import { podStatus, type PodFacts } from './pod-status.js';
import { missingVolume } from './references.js';

const KUBELET = controllerCall('kubelet');
const POD = builtIn('Pod');

/** Takes over a bound pod. Nothing happens before `begin` is called. */
export function createPodLife(
  cluster: Cluster,
  logs: LogBook,
  images: Set<string>,
  bound: Pod,
  ips: { podIP: string; hostIP: string },
): PodLife & { begin(): void } {
  const facts: PodFacts = { ...ips, startTime: timestamp(), ended: undefined };
  const timers = new Set<Cancel>();
  const key = `${bound.metadata.namespace ?? ''}/${bound.metadata.name}`;
  const runs = containerRuns(bound);
  let stopped = false;

  const life: PodLife & { begin(): void } = {
    cluster,
    logs,
    images,
    runs,
    pod: () => (cluster.store.collection('pods').get(key) as Pod | undefined) ?? bound,
    sync() {
      if (stopped) return;
      const pod = life.pod();
      cluster.writes.setStatus(POD, pod, podStatus(pod, runs, facts), KUBELET);
    },
    after(ms, act) {
      if (stopped) return;
      const cancel = cluster.clock.after(ms, () => {
        timers.delete(cancel);
        act();
      });
      timers.add(cancel);
    },
    say(type, reason, message, run) {
      const field = run === undefined || run.role === 'main' ? 'containers' : 'initContainers';
      const path = run === undefined ? {} : { fieldPath: `spec.${field}{${run.spec.name}}` };
      cluster.events.record(life.pod(), { type, reason, message, from: 'kubelet', ...path });
    },
    exit: (run, ending) => exitContainer(life, run, ending),
    finished(run) {
      if (run.role === 'main' || run.state.terminated?.exitCode !== 0) return;
      startNext(life);
    },
    fail(reason, message) {
      facts.ended = { reason, message };
      halt(life, runs);
      life.sync();
      life.stop();
    },
    terminate(gone) {
      cancelTimers();
      const grace = (life.pod().metadata.deletionGracePeriodSeconds ?? 30) * 1000;
      for (const run of runs) {
        if (run.state.running === undefined) continue;
        life.say('Normal', 'Killing', `Stopping container ${run.spec.name}`, run);
        run.ready = false;
      }
      life.sync();
      const slow = podBehaviour(life.pod(), 'slow-terminate') !== undefined;
      life.after(slow ? grace : Math.min(grace, cluster.settings.stopMs), gone);
    },
    stop() {
      stopped = true;
      cancelTimers();
    },
    begin() {
      life.sync();
      mount(life);
    },
  };

  function cancelTimers(): void {
    for (const cancel of timers) cancel();
    timers.clear();
  }

  return life;
}

function mount(life: PodLife): void {
  const pod = life.pod();
  const scripted = podBehaviour(pod, 'mount-missing');
  const missing =
    scripted === undefined
      ? missingVolume(life.cluster.store, pod)
      : 'MountVolume.SetUp failed for volume "scripted" : secret "scripted-secret" not found';
  if (missing === undefined) return startNext(life);
  life.say('Warning', 'FailedMount', missing);
  life.after(5000, () => mount(life));
}

// Init containers come one by one; when the last has done its work, all main containers start together.
function startNext(life: PodLife): void {
  const init = life.runs.filter((run) => run.role !== 'main');
  const next = init.find((run) => run.containerID === undefined);
  const waitsFor = init.find((run) => run.role === 'init' && run.state.terminated?.exitCode !== 0);
  if (waitsFor !== undefined && waitsFor.containerID !== undefined) return;
  if (next !== undefined) return bringUp(life, next);
  for (const run of life.runs) {
    if (run.role === 'main' && run.containerID === undefined) bringUp(life, run);
  }
}

function halt(life: PodLife, runs: readonly ContainerRun[]): void {
  for (const run of runs) {
    if (run.state.running !== undefined) endRun(life, run, { exitCode: 137, reason: 'Error' });
  }
}
