import type { CleanUp, CleanUpWish } from '../../live-operations.js';
import { recordedDeployment } from '../bundle/version-description.js';
import type { ApplicationVersion, Environment } from '../environment.js';
import { versionLabel } from '../version-label.js';
import { knownInstances, type LiveSite } from './live-site.js';
import { sortVersions } from './sort-versions.js';

/** Removals in one go: the caller waits for them, and the account has other calls to make. */
const MOST_AT_ONCE = 100;

/**
 * Removes application versions that nothing needs. Their source bundles stay, so that a version that is deployed again
 * is registered again. What Elastic Beanstalk refuses to remove stays, with its reason.
 */
export async function cleanUp(
  { eb, target }: LiveSite,
  wish: CleanUpWish,
  signal: AbortSignal,
): Promise<CleanUp> {
  const { application, labelPrefix } = target;
  const versions = await eb.versions(application, 'all', signal);
  const environments = await eb.environmentsOf(application, signal);
  const sorted = sortVersions({
    versions,
    labelPrefix: labelPrefix ?? '',
    ours: await oursAmong(versions, wish),
    runs: await runsOf(environments, (id) => knownInstances(eb, id, signal)),
    needed: new Set([...wish.needed].map((version) => versionLabel(version, labelPrefix))),
    keep: wish.keep,
  });
  if (wish.dryRun) return sorted;
  const removed: string[] = [];
  const kept = [...sorted.kept];
  for (const [nth, label] of sorted.removed.entries()) {
    if (nth >= MOST_AT_ONCE) {
      kept.push({ version: label, because: `${MOST_AT_ONCE} were removed; ask again for the rest` });
      continue;
    }
    try {
      await eb.deleteVersion(application, label, signal);
      removed.push(label);
    } catch (error) {
      signal.throwIfAborted();
      const said = error instanceof Error ? error.message : String(error);
      kept.push({ version: label, because: `Elastic Beanstalk does not remove it: ${said}` });
    }
  }
  return { removed, kept };
}

/** Labels of the versions that deployments of the service made. */
async function oursAmong(
  versions: readonly ApplicationVersion[],
  wish: CleanUpWish,
): Promise<ReadonlySet<string>> {
  const ours = new Set<string>();
  for (const { label, description } of versions) {
    const deployment = recordedDeployment(description);
    if (deployment !== undefined && (await wish.isOurs(deployment))) ours.add(label);
  }
  return ours;
}

/** Where each label runs, by what environments report and by what their instances really have. */
async function runsOf(
  environments: readonly Environment[],
  instancesOf: (id: string) => Promise<readonly { readonly label: string | undefined }[]>,
): Promise<ReadonlyMap<string, string>> {
  const runs = new Map<string, string>();
  for (const { id, label, name, status } of environments) {
    const isGone = status === 'Terminated';
    if (label !== undefined)
      runs.set(label, isGone ? `${name} ran it and may be rebuilt` : `${name} runs it`);
    if (isGone) continue;
    for (const instance of await instancesOf(id))
      if (instance.label !== undefined) runs.set(instance.label, `an instance of ${name} runs it`);
  }
  return runs;
}
