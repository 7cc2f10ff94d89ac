import type { Digests } from './image-reference.js';

/** What is compared of what runs on a target. */
interface Run {
  readonly version: string;
  readonly content: string;
  readonly digests?: Digests;
  readonly certain: boolean;
}

/** What became of a service between two pictures of an environment. */
export interface RunChange<T> {
  readonly service: string;
  readonly change: 'added' | 'removed' | 'version' | 'configuration' | 'uncertain' | 'same';
  readonly from?: T;
  readonly to?: T;
}

/** Every service of either picture, by name. Whatever is uncertain on one side counts as different. */
export function compareRuns<T extends Run>(
  from: ReadonlyMap<string, T>,
  to: ReadonlyMap<string, T>,
): readonly RunChange<T>[] {
  const services = [...new Set([...from.keys(), ...to.keys()])].sort();
  return services.map((service) => {
    const [before, after] = [from.get(service), to.get(service)];
    return {
      service,
      change: changeOf(before, after),
      ...(before && { from: before }),
      ...(after && { to: after }),
    };
  });
}

function changeOf(before: Run | undefined, after: Run | undefined): RunChange<Run>['change'] {
  if (!before) return 'added';
  if (!after) return 'removed';
  if (!before.certain || !after.certain) return 'uncertain';
  if (before.version !== after.version) return 'version';
  return before.content === after.content && hasSameImages(before, after) ? 'same' : 'configuration';
}

function hasSameImages({ digests: before = {} }: Run, { digests: after = {} }: Run): boolean {
  return [...Object.keys(before), ...Object.keys(after)].every((image) => before[image] === after[image]);
}
