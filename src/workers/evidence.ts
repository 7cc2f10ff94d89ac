import type { Attachment, SeenGroup } from '../providers/contract.js';
import type { Progress } from '../shared/domain/deployment.js';
import type { Failure } from '../shared/domain/failures.js';
import type { Drive } from './run-deps.js';
import { entry } from './narrate.js';
import type { Performer } from './perform.js';

const MOST_ATTACHMENTS = 20;
/** Characters of an attachment that are kept, the last ones. */
const LONGEST_ATTACHMENT = 1024 * 1024;

/** Longest time for collecting evidence, in milliseconds: the rollback must not wait for it. */
const PATIENCE_MS = 45_000;

/**
 * Writes what the provider can still see of a bad version into the log, before a rollback destroys it. Evidence
 * that cannot be had is said so and never stands in the way of the rollback. Answers what it tells of groups.
 */
export async function collectEvidence(
  run: Drive,
  performer: Performer,
  why: Failure,
): Promise<Pick<Progress, 'groups'>> {
  if (why.ends) return {};
  try {
    const evidence = await performer.evidence(PATIENCE_MS);
    if (!evidence) return {};
    await attachAll(run, evidence.attachments ?? []);
    for (const line of evidence.lines) {
      run.ledger.say({ text: run.deps.secrets.redactor.coloured(line), level: 'error' });
    }
    run.ledger.say(
      entry('evidence.collected', { code: why.code, firstCause: run.deps.redact(evidence.firstCause) }),
    );
    return groupsAs(run, evidence.groups ?? []);
  } catch (error) {
    if (run.abandon.aborted) throw error;
    const reason = run.deps.redact(error instanceof Error ? error.message : String(error));
    run.ledger.say({ text: `No evidence could be collected: ${reason}`, level: 'warn' });
    return {};
  }
}

function groupsAs({ ledger, deps }: Drive, seen: readonly SeenGroup[]): Pick<Progress, 'groups'> {
  const { groups } = ledger.progress;
  if (!groups) return {};
  return {
    groups: groups.map(({ name }) => {
      const { because, ...how } = seen.find((each) => each.name === name) ?? { name };
      return because === undefined ? how : { ...how, because: deps.redact(because) };
    }),
  };
}

async function attachAll({ deps, ledger }: Drive, attachments: readonly Attachment[]): Promise<void> {
  if (!deps.attach) return;
  for (const { name, text } of attachments.slice(0, MOST_ATTACHMENTS)) {
    const hidden = deps.secrets.redactor.lines(text.slice(-LONGEST_ATTACHMENT)).join('\n');
    const { size } = await deps.attach(ledger.id, name, hidden);
    ledger.say(entry('evidence.attached', { name, size }));
  }
}
