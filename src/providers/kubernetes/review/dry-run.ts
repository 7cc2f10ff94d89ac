import type { Turn } from '../../contract.js';
import { writeObject } from '../apply/write-object.js';
import { writingOf } from '../apply/writing.js';
import { atOnce } from '../at-once.js';
import { nameOf, type KubeObject } from '../object.js';
import type { Rollout } from '../rollout.js';
import { definedSchema } from '../set/defined-kinds.js';
import type { Member } from '../set/member.js';
import { namespacesMade } from '../set/namespaces.js';
import type { PreparedSet } from '../set/prepared-set.js';
import { KubeStatusError } from '../transport.js';
import { difference } from './difference.js';
import { reviewNodePorts } from './node-ports.js';
import { structuralFaults } from './structural.js';

/** What the API server says of a set before anything is written. */
export interface DryRun {
  /** What would change, by object, for people. */
  readonly changes: readonly { readonly name: string; readonly lines: readonly string[] }[];
  /** What could not be proven, and why. */
  readonly unproven: readonly string[];
  readonly conflicts: readonly string[];
  readonly refusals: readonly string[];
  /** Node ports that the cluster cannot give, with their owners as far as the account may see them. */
  readonly nodePorts: readonly string[];
}

interface Finding {
  readonly change?: DryRun['changes'][number];
  readonly unproven?: string;
  readonly conflict?: string;
  readonly refusal?: string;
  /** The server refuses the node ports of the object and nothing else of it. */
  readonly nodePort?: string;
}

/** Lets the API server try every object of the set, admission included, without keeping anything. */
export async function dryRun(rollout: Rollout, { members, hooks }: PreparedSet, turn: Turn): Promise<DryRun> {
  const { gateway } = await rollout.link(turn.signal);
  const writing = await writingOf(rollout, members, turn);
  const made = namespacesMade(members, rollout.target);
  const objects = members.map(({ object }) => object);
  const all = [...members, ...hooks.map(({ member }) => member)];

  const findings = await atOnce(all, async (member): Promise<Finding> => {
    if (member.definedHere) return checkedHere(member, objects);
    const live = await gateway.read(member, turn.signal);
    const isNew = member.namespace !== undefined && made.has(member.namespace);
    try {
      const answer = await writeObject(writing, member, live, 'dry run', turn.signal);
      if (answer.said === 'refused') return { conflict: answer.failure.detail };
      return { change: { name: nameOf(member.ref), lines: difference(live, answer.object) } };
    } catch (error) {
      if (!(error instanceof KubeStatusError)) throw error;
      return judged(error, member, isNew, members);
    }
  });
  const untried = new Set(all.filter((_, index) => findings[index]?.unproven !== undefined));
  const ports = await reviewNodePorts(members, untried, gateway, turn.signal);
  return {
    changes: findings.flatMap(({ change }) => change ?? []),
    unproven: [...findings.flatMap(({ unproven }) => unproven ?? []), ...ports.unproven],
    conflicts: findings.flatMap(({ conflict }) => conflict ?? []),
    refusals: findings.flatMap(({ refusal }) => refusal ?? []),
    nodePorts: all.flatMap((member, index) => ports.faults.get(member) ?? findings[index]?.nodePort ?? []),
  };
}

function judged(error: KubeStatusError, member: Member, isNew: boolean, members: readonly Member[]): Finding {
  const name = nameOf(member.ref);
  const { status, message } = error;
  if (status === 404 && isNew) {
    return { unproven: `${name}: its namespace is part of the set, so the server could not try it` };
  }
  if (/does not support dry run/.test(message)) return { unproven: `${name}: ${message}` };
  const account = /service account \S*?([\w.-]+) not found|serviceaccount "([^"]+)" not found/.exec(message);
  if (account && members.some(({ kind, name: is }) => kind === 'ServiceAccount' && account.includes(is))) {
    return { unproven: `${name}: its service account is part of the set, so the server could not try it` };
  }
  const passes = status === 429 || status === 409 || (status >= 500 && !/typed patch/.test(message));
  if (passes || status === 401) throw error;
  const said = `${name} (${member.where}): ${message}`;
  const isPort = error.causes.length > 0 && error.causes.every(({ field = '' }) => /nodePort$/i.test(field));
  return isPort ? { nodePort: said } : { refusal: said };
}

function checkedHere(member: Member, objects: readonly KubeObject[]): Finding {
  const name = nameOf(member.ref);
  const faults = structuralFaults(member.object, definedSchema(objects, member.resource));
  if (faults.length > 0) return { refusal: `${name} (${member.where}): ${faults.join('; ')}` };
  return {
    unproven: `${name}: its definition is part of the set, so it was checked against that only`,
    change: { name, lines: ['would be created'] },
  };
}
