import type { Redis } from 'ioredis';
import { createDeployments, type Deployments } from '../../../src/shared/store/deployments.js';
import { createLeases, type Lease, type Leases } from '../../../src/shared/store/lease.js';
import { createOwners, type Owners } from './model-owners.js';
import {
  createReference,
  hasEnded,
  LIMITS,
  type ModelDeployment,
  type Reference,
} from './model-reference.js';

/** One process that talks to the store. */
export interface Client {
  readonly deployments: Deployments;
  readonly leases: Leases;
}

/** A lease, and the number of the last batch that went with it. */
export interface Kept {
  readonly lease: Lease;
  batch: number;
}

/** The reference, and every lease that anybody was ever given: stale ones are used on purpose. */
export interface Model {
  readonly reference: Reference;
  readonly owners: Owners;
  readonly leases: Kept[];
}

/** The store of one program: its clients, and the means to let time pass for one thing. */
export interface Real {
  readonly root: string;
  readonly redis: Redis;
  readonly clients: readonly Client[];
  tick: number;
}

/** Longer than any program takes, so that only the commands of the program let time pass. */
export const FOREVER_MS = 3_600_000;

/** The targets of every program. */
export const TARGETS = ['a/live', 'b/live', 'c/live'];

/** A fresh reference and a fresh namespace with a client for each connection. */
export function openModel(connections: readonly Redis[], namespace: string): { model: Model; real: Real } {
  const reference = createReference();
  const [redis] = connections;
  if (!redis) throw new Error('At least one connection is needed');
  return {
    model: { reference, owners: createOwners(reference), leases: [] },
    real: {
      root: `{${namespace}}`,
      redis,
      tick: 0,
      clients: connections.map((connection) => ({
        deployments: createDeployments(connection, namespace, LIMITS),
        leases: createLeases(connection, namespace, FOREVER_MS, 1_000_000),
      })),
    },
  };
}

/** What one command of a program does, and what it expects of the answer. */
export type Act = (model: Model, real: Real, client: Client) => Promise<void>;

/** Mostly one that is under way; now and then one that has ended. */
export function someDeployment({ reference }: Model, at: number): ModelDeployment | undefined {
  const all = [...reference.deployments.values()];
  const live = all.filter((each) => !hasEnded(each));
  const from = live.length > 0 && at % 5 > 0 ? live : all;
  return from[at % from.length];
}

/** Mostly one of the last leases, which are the ones that may still hold. */
export function someLease({ leases }: Model, at: number): Kept | undefined {
  return leases.at(-1 - (at % Math.min(leases.length, at % 5 > 0 ? 4 : 100)));
}
