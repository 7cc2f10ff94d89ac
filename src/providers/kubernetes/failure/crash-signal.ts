import type { ContainerView, Ending } from '../watch/container-view.js';
import { newest, type PodLook } from './pod-look.js';
import { words, type Signal } from './signal.js';

/** Restarts from which a crash is a loop: the first one is often a dependency that was late. */
const LOOP_RESTARTS = 2;
/** Restarts after which a container that ends well is taken for a program that does not stay. */
const EXIT_RESTARTS = 3;
/** Ends that memory ended, from which one more is no coincidence. */
const MEMORY_ENDS = 2;

/** A container that ran and ended although it should go on. Not by time: it is ripe or it is not. */
export function crashSignal(look: PodLook, container: ContainerView): Signal | undefined {
  const { pod, ages } = look;
  const ending = lastEnding(container);
  if (!ending || isCalm(look, container) || isExpected(pod.restartPolicy, container, ending))
    return undefined;
  const verdict = judge(look, container, ending);
  const ageMs = ages.of(`${pod.uid}/${container.name}/crash`);
  const { code, isRipe } = verdict;
  const detail = `${roleOf(container)} ${container.name} of pod ${pod.name} ${story(look, container, ending)}`;
  return { code, detail, pod, container: container.name, ageMs, leftMs: isRipe ? 0 : Infinity };
}

function judge({ graces, othersReady }: PodLook, container: ContainerView, ending: Ending) {
  const { restarts } = container;
  if (ending.reason === 'OOMKilled') {
    const isQuick = (ending.ranMs ?? Infinity) < graces.outOfMemory && !othersReady;
    return { code: 'k8s.out-of-memory', isRipe: isQuick || endsOf(container) >= MEMORY_ENDS } as const;
  }
  if (ending.exitCode === 0) return { code: 'k8s.exits', isRipe: restarts >= EXIT_RESTARTS } as const;
  return { code: 'k8s.crash-loop', isRipe: restarts >= LOOP_RESTARTS } as const;
}

function lastEnding({ state, last }: ContainerView): Ending | undefined {
  return state.is === 'terminated' ? state : last;
}

/** Ends so far. Once it waits or has ended, the latest end is not among the restarts yet. */
function endsOf({ restarts, state }: ContainerView): number {
  return state.is === 'running' ? restarts : restarts + 1;
}

function isCalm({ pod, ages, graces }: PodLook, { name, state, ready, restarts }: ContainerView): boolean {
  if (state.is !== 'running' || !ready) return false;
  return ages.of(`${pod.uid}/${name}/run-${restarts}`) >= graces.calm;
}

function isExpected(restartPolicy: string, { role }: ContainerView, { exitCode }: Ending): boolean {
  if (role === 'init') return exitCode === 0 || restartPolicy === 'Never';
  if (role === 'sidecar') return false;
  return restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && exitCode === 0);
}

function roleOf({ role }: ContainerView): string {
  return role === 'main' ? 'Container' : `Init container`;
}

function story(look: PodLook, container: ContainerView, ending: Ending): string {
  const { exitCode, reason, message } = ending;
  const times = container.restarts === 1 ? '1 restart' : `${container.restarts} restarts`;
  const probe = probeKill(look, container, exitCode);
  if (probe !== undefined) return `was killed by its probe, ${times} so far: ${words(probe)}`;
  if (reason === 'OOMKilled') return `was killed for lack of memory (exit code ${exitCode}), ${times} so far`;
  if (exitCode === 0) return `ended by itself with exit code 0, ${times} so far; is it a job?`;
  const said = message === undefined ? '' : `: ${words(message)}`;
  const why = reason === 'Error' ? '' : ` (${reason})`;
  return `exited with code ${exitCode}${why}, ${times} so far${said}`;
}

/** A kill by a probe looks like any other: only its event tells. */
function probeKill({ events }: PodLook, { name }: ContainerView, exitCode: number): string | undefined {
  if (exitCode !== 137 && exitCode !== 143) return undefined;
  const kills = events.filter(({ message }) => /^(Liveness|Startup) probe failed/.test(message));
  return newest(kills, ['Unhealthy'], name)?.message;
}
