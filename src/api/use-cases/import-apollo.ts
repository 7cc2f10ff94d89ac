import type { ApolloBlocker, ApolloImport } from '../../shared/contract/apollo-blocker.js';
import { Blocker } from '../../shared/contract/blocker.js';
import { schemaOf, type Violation } from '../../shared/schema/schema.js';
import { judgeBlocker } from './judge-blocker.js';

/** A blocker of Apollo as one of ours. */
export interface Imported {
  readonly name: string;
  readonly blocker: Blocker;
}

const blockers = schemaOf(Blocker);

/**
 * Apollo's blockers as ours, or everything that cannot be taken over. Its hours are read as UTC, as their names say; a
 * window that ends before it begins crosses midnight, which blocked nothing there.
 */
export function importApollo(asked: ApolloImport): {
  readonly imported: readonly Imported[];
  readonly violations: readonly Violation[];
} {
  const violations: Violation[] = [];
  const imported = asked.blockers.flatMap((row, at): readonly Imported[] => {
    const wrong = (detail: string) => violations.push({ pointer: `/blockers/${at}`, detail });
    try {
      const blocker: unknown = {
        rule: ruleOf(row, asked),
        scope: scopeOf(row, asked),
        reason: row.name,
        enabled: row.isActive ?? true,
      };
      const problems = blockers.problems(blocker);
      for (const { pointer, detail } of problems) wrong(`${pointer} ${detail}`);
      if (problems.length > 0 || !blockers.is(blocker)) return [];
      for (const { pointer, detail } of judgeBlocker(blocker)) wrong(`${pointer} ${detail}`);
      return [{ name: nameOf(row, at), blocker: { ...blocker, mode: 'reject' } }];
    } catch (error) {
      wrong(error instanceof Error ? error.message : String(error));
      return [];
    }
  });
  return { imported, violations };
}

function nameOf({ name, id }: ApolloBlocker, at: number): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '');
  return `apollo-${id ?? at + 1}${slug === '' ? '' : `-${slug}`}`;
}

function scopeOf(row: ApolloBlocker, asked: ApolloImport): unknown {
  const { serviceId, environmentId, stackId, availability } = row;
  const stack = String(stackId ?? '');
  const ofStack = { services: asked.serviceStacks?.[stack], environments: asked.environmentStacks?.[stack] };
  if (stack !== '' && !ofStack.services && !ofStack.environments)
    throw new Error(`stack ${stack} has no members here: name them in serviceStacks or environmentStacks`);
  const services = ofStack.services ?? single(asked.services, serviceId, 'service');
  const environments = ofStack.environments ?? single(asked.environments, environmentId, 'environment');
  return {
    ...(services && { services }),
    ...(environments && { environments }),
    ...(availability != null && { tier: availability.toLowerCase() }),
  };
}

function single(
  names: Readonly<Record<string, string>>,
  id: number | null | undefined,
  what: string,
): readonly string[] | undefined {
  return id == null ? undefined : [known(names, id, what)];
}

function ruleOf(row: ApolloBlocker, asked: ApolloImport): unknown {
  const json = JSON.parse(row.blockerJsonConfiguration ?? '{}') as Record<string, unknown>;
  switch (row.blockerTypeName) {
    case 'unconditional':
      return {
        type: 'unconditional',
        ...listed('exceptServices', json['exceptionServiceIds'], asked.services, 'service'),
        ...listed('exceptEnvironments', json['exceptionEnvironmentIds'], asked.environments, 'environment'),
      };
    case 'timebased':
      return {
        type: 'window',
        windows: [
          {
            zone: 'UTC',
            days: json['daysOfTheWeek'],
            from: clock(json['startTimeUtc']),
            to: clock(json['endTimeUtc']),
          },
        ],
      };
    case 'branch':
      return {
        type: 'branch',
        branches: textOf(json['branchName'])
          .split(',')
          .map((each) => each.trim()),
      };
    case 'githubCommitStatus':
      return { type: 'commit-status' };
    case 'concurrent':
      return {
        type: 'concurrent',
        atMost: json['allowedConcurrentDeployment'],
        ...listed('exceptServices', json['excludeServices'], asked.services, 'service'),
      };
    case 'singleRegion':
      return { type: 'single-region' };
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Apollo writes `9:00` as well as `09:00`. */
function clock(value: unknown): string {
  const text = textOf(value);
  return /^\d:/.test(text) ? `0${text}` : text;
}

function listed(
  key: string,
  ids: unknown,
  names: Readonly<Record<string, string>>,
  what: string,
): Readonly<Record<string, readonly string[]>> {
  if (!Array.isArray(ids) || ids.length === 0) return {};
  return { [key]: ids.map((id) => known(names, Number(id), what)) };
}

function known(names: Readonly<Record<string, string>>, id: number, what: string): string {
  const name = names[id];
  if (name === undefined) throw new Error(`${what} ${id} has no name here: name it in ${what}s`);
  return name;
}
