import type { KubeObject } from '../object.js';
import { DOMAIN, firstAnnotation } from './annotations.js';
import type { Problem } from './problem.js';

const NAMES = [`${DOMAIN}/wave`, 'argocd.argoproj.io/sync-wave'];

/** The wave of an object, 0 unless an annotation says otherwise. */
export function waveOf(object: KubeObject): number {
  const said = Number(firstAnnotation(object, NAMES) ?? 0);
  return Number.isInteger(said) ? said : 0;
}

/** Waves in their order, each with its objects. Objects of a wave wait until those of the one before are healthy. */
export function wavesOf<T extends KubeObject>(objects: readonly T[]): readonly (readonly T[])[] {
  const numbers = [...new Set(objects.map(waveOf))].sort((one, other) => one - other);
  return numbers.map((number) => objects.filter((object) => waveOf(object) === number));
}

/** Annotations that are meant as a wave and are none. */
export function waveProblems(object: KubeObject, where: string): readonly Problem[] {
  const said = firstAnnotation(object, NAMES);
  if (said === undefined || /^-?\d{1,6}$/.test(said)) return [];
  return [{ level: 'error', where, said: `the wave "${said}" is not a whole number` }];
}
