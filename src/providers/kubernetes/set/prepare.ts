import { failure, type FailureCode } from '../../../shared/domain/failures.js';
import type { Discovery } from '../discovery/discovery.js';
import { pathOf } from '../discovery/resource.js';
import type { Json } from '../json.js';
import { applyChoices, modeOf, type ConfigurationChoice } from '../manifests/configuration.js';
import { renderGroups } from '../manifests/groups.js';
import { errorsOf, sentenceOf } from '../manifests/problem.js';
import { wavesOf } from '../manifests/waves.js';
import type { KubeObject } from '../object.js';
import { found, type Found } from '../found.js';
import type { Rollout } from '../rollout.js';
import { findKinds, type Mapped } from './find-kinds.js';
import { keyOf, type Member } from './member.js';
import type { PreparedSet } from './prepared-set.js';
import { templatesOf } from './template.js';

/** Decides on names and counters of the configuration among the objects. */
type Choose = (objects: readonly KubeObject[]) => Promise<readonly ConfigurationChoice[]>;

/** Most problems that are listed at once. */
const MOST_LISTED = 20;

/** Renders the release and finds its kinds. The same release with the same choices gives the same set. */
export async function prepareSet(
  rollout: Pick<Rollout, 'target' | 'release'>,
  discovery: Discovery,
  choose: Choose,
  signal: AbortSignal,
): Promise<Found<PreparedSet>> {
  const { target, release } = rollout;
  const templates = templatesOf(target, release);
  if (templates.said === 'failed') return templates;
  const rendered = renderGroups(templates.value);
  const errors = errorsOf(rendered.problems);
  if (errors.length > 0) {
    const isImages = errors.every(({ about }) => about === 'image');
    return refused(isImages ? 'k8s.image-unmatched' : 'k8s.manifest-invalid', errors.map(sentenceOf));
  }
  const jobs = rendered.hooks.map(({ job }) => named(job, release.deploymentId));
  const all = [...rendered.set, ...jobs];
  const { mapped, unknown } = await findKinds(all, target.namespace, discovery, signal);
  if (unknown.length > 0) return refused('k8s.kind-unknown', unknown);
  const choices = await choose(rendered.set);
  applyChoices(all, choices, (object) => modeOf(object, target.configuration ?? 'annotated'));
  const members = mapped.map((each) => {
    const group = rendered.groupOf(each.object);
    const member = memberOf(each, rendered.whereOf(each.object));
    return group === undefined ? member : { ...member, group };
  });
  const twice = repeated(members);
  if (twice.length > 0) {
    const advice = target.groups ? ['Every group needs names of its own: put {{groupName}} into them'] : [];
    return refused('k8s.manifest-invalid', [...twice.slice(0, MOST_LISTED - 1), ...advice]);
  }
  const set = members.slice(0, rendered.set.length);
  const byObject = new Map(set.map((member) => [member.object, member]));
  return found({
    members: set,
    waves: wavesOf(rendered.set).map((wave) => wave.flatMap((object) => byObject.get(object) ?? [])),
    hooks: rendered.hooks.flatMap(({ at, weight }, index) => {
      const member = members[rendered.set.length + index];
      return member ? [{ at, weight, member }] : [];
    }),
    warnings: rendered.problems.filter(({ level }) => level === 'warning'),
    choices,
  });
}

/** The set of a rollout whose choices were made and stored before. */
export async function preparedSet(
  rollout: Rollout,
  choices: readonly ConfigurationChoice[],
  signal: AbortSignal,
): Promise<Found<PreparedSet>> {
  if (rollout.memory.set) return found(rollout.memory.set);
  const { cluster } = await rollout.link(signal);
  const prepared = await prepareSet(rollout, cluster.discovery, () => Promise.resolve(choices), signal);
  if (prepared.said === 'found') rollout.memory.set = prepared.value;
  return prepared;
}

/** The path of the collection that a member is in. */
export function collectionOf({ resource, namespace }: Pick<Member, 'resource' | 'namespace'>): string {
  return pathOf(resource, namespace);
}

function memberOf({ object, resource, definedHere }: Mapped, where: string): Member {
  const { apiVersion, kind, metadata } = object;
  const name = metadata.name ?? '';
  const within = metadata.namespace !== undefined && { namespace: metadata.namespace };
  return {
    ref: { apiVersion, kind, name, ...within },
    resource,
    namespace: metadata.namespace,
    name,
    kind,
    object,
    where,
    definedHere,
  };
}

/** A hook of this deployment has a name of its own, so that no Job of an earlier one is in the way or taken for it. */
function named(job: KubeObject, deploymentId: string): KubeObject {
  const metadata = job.metadata as Json;
  const stem = (job.metadata.name ?? job.metadata.generateName ?? '').slice(0, 50).replace(/[-.]+$/, '');
  metadata['name'] = `${stem}-${deploymentId.slice(-8).toLowerCase()}`;
  delete metadata['generateName'];
  return job;
}

function repeated(members: readonly Member[]): readonly string[] {
  const seen = new Map<string, Member>();
  return members.flatMap((member) => {
    const other = seen.get(keyOf(member));
    seen.set(keyOf(member), member);
    return other ? [`${member.where}: is there already at ${other.where}`] : [];
  });
}

function refused(code: FailureCode, said: readonly string[]): Found<never> {
  const more = said.length > MOST_LISTED ? [`and ${said.length - MOST_LISTED} more`] : [];
  return { said: 'failed', failure: failure(code, [...said.slice(0, MOST_LISTED), ...more].join('\n')) };
}
