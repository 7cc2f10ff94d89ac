import type { Deployments } from '../shared/store/deployments.js';
import type { MemberProgress, Release, Releases } from '../shared/store/releases.js';

/** Members that were started by a process that died, or lost the race against a cancellation, before it noted them. */
export async function unnoted(
  deployments: Pick<Deployments, 'acceptedUnder'>,
  { plan, progress }: Release,
): Promise<ReadonlyMap<number, MemberProgress>> {
  const found = await Promise.all(
    progress.members.map(async ({ deployment }, at) => {
      const id = deployment === undefined ? await deployments.acceptedUnder(keyOf(plan.id, at)) : undefined;
      return id === undefined ? [] : [[at, { deployment: id }] as const];
    }),
  );
  return new Map(found.flat());
}

/** The scope of the idempotency key under which a member is started. */
export const keyOf = (release: string, at: number) => `release:${release}:${at}`;

/** Stores what became of members, also when somebody else has changed the release meanwhile: what runs must be known. */
export async function note(
  releases: Pick<Releases, 'load' | 'save'>,
  release: Release,
  done: ReadonlyMap<number, MemberProgress>,
): Promise<void> {
  for (let now: Release | undefined = release; now; now = await releases.load(release.plan.id)) {
    const members = now.progress.members.map((each, at) => withNews(each, done.get(at)));
    if (await releases.save(now, { ...now.progress, members })) return;
  }
}

/** What one process has started counts, whatever another one was refused. */
function withNews(stored: MemberProgress, news: MemberProgress = {}): MemberProgress {
  const { refused, rollbackRefused, ...started } = { ...stored, ...news };
  return {
    ...started,
    ...(refused !== undefined && started.deployment === undefined && { refused }),
    ...(rollbackRefused !== undefined && started.rollback === undefined && { rollbackRefused }),
  };
}
