import type { Container, Pod } from '../workloads.js';

/** Every scripted behaviour of a container, by the word that asks for it. */
export const BEHAVIOURS = [
  'ok',
  'slow',
  'image-not-found',
  'pull-denied',
  'pull-flaky',
  'pull-slow',
  'crash',
  'crash-after-ready',
  'oom',
  'exit',
  'start-error',
  'config-missing',
  'mount-missing',
  'probe-fail',
  'liveness-fail',
  'flap',
  'unschedulable',
  'quota',
  'init-fail',
  'evicted',
  'slow-terminate',
] as const;

/** The word of a behaviour. */
export type BehaviourName = (typeof BEHAVIOURS)[number];

/** What a container does, with the numbers of its script. */
export interface Behaviour {
  name: BehaviourName;
  /** A duration of the script in simulated milliseconds. */
  duration(parameter: string, otherwise: number): number;
  /** A number of the script. */
  number(parameter: string, otherwise: number): number;
}

/** The annotation of a pod (template) that overrides image tags: `crash after=2s exit=3`. */
export const BEHAVIOUR_ANNOTATION = 'sim.beanpod.dev/behaviour';

/**
 * What a container does: the annotation `sim.beanpod.dev/behaviour.<container>`, else the one for all containers, else
 * the image tag when it is a behaviour word or starts with one and a dash. Everything else is `ok`.
 */
export function behaviourOf(pod: Pod, container: Container): Behaviour {
  const annotations = pod.metadata.annotations ?? {};
  const own = annotations[`${BEHAVIOUR_ANNOTATION}.${container.name}`];
  const isInit = pod.spec.initContainers?.includes(container) === true;
  const script = own ?? (isInit ? undefined : annotations[BEHAVIOUR_ANNOTATION]);
  return script === undefined ? readScript(tagOf(container.image)) : readScript(script);
}

/** The first behaviour of the given names that any main container of the pod has. */
export function podBehaviour(pod: Pod, ...names: BehaviourName[]): Behaviour | undefined {
  for (const container of pod.spec.containers) {
    const behaviour = behaviourOf(pod, container);
    if (names.includes(behaviour.name)) return behaviour;
  }
  return undefined;
}

/** The tag of an image; empty when it has none. */
export function tagOf(image: string): string {
  const name = image.split('@')[0] ?? '';
  return name.slice(name.lastIndexOf('/') + 1).split(':')[1] ?? '';
}

/** Reads `500ms`, `2s`, `1m` or a bare number of milliseconds. */
export function readDuration(text: string): number {
  const found = /^(?<number>[\d.]+)(?<unit>ms|s|m|h)?$/.exec(text)?.groups;
  if (found === undefined) return 0;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found['unit'] ?? 'ms'] ?? 1;
  return Number(found['number']) * unit;
}

function readScript(script: string): Behaviour {
  const [word = '', ...parts] = script.trim().split(/\s+/);
  const parameters = new Map(parts.map((part) => part.split('=') as [string, string]));
  return {
    name: nameIn(word),
    duration(parameter, otherwise) {
      const text = parameters.get(parameter);
      return text === undefined ? otherwise : readDuration(text);
    },
    number(parameter, otherwise) {
      const text = parameters.get(parameter);
      return text === undefined ? otherwise : Number(text);
    },
  };
}

function nameIn(word: string): BehaviourName {
  const fitting = BEHAVIOURS.filter((name) => word === name || word.startsWith(`${name}-`));
  return fitting.sort((a, b) => b.length - a.length)[0] ?? 'ok';
}
