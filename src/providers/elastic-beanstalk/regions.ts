import type { ObserveCall, Pace, Surroundings } from '../surroundings.js';
import { createRoles, type Credentials, type Role } from './credentials.js';
import type { Gateway } from './gateway.js';
import { givenCredentials } from './given-credentials.js';
import { connect } from './gateway/connection.js';
import { createReads } from './gateway/reads.js';
import { createWrites } from './gateway/writes.js';
import { createRegionWatch, type RegionWatch } from './region-watch.js';
import { createStorage, type Storage } from './storage.js';
import type { ElasticBeanstalkTarget } from './target.js';

/** How AWS is reached for one piece of work. */
export interface Access {
  readonly eb: Gateway;
  readonly s3: Storage;
  /** Reads the credentials, or assumes the role once more; errors are those of the SDK. */
  signedWith(): Promise<Awaited<ReturnType<Credentials>>>;
}

/** What all work in one region with one role shares. */
export interface Region {
  readonly watch: RegionWatch;
  /** Of the work with this name, which CloudTrail shows with each of its calls when the target has a role. */
  accessFor(work: string): Access;
}

interface RegionsOptions {
  /** Buckets are addressed by path; for S3 endpoints other than AWS. */
  readonly pathStyle: boolean;
  readonly observe?: ObserveCall;
}

/** Finds the region of a target; opened at its first use and kept. */
export function createRegions(options: RegionsOptions) {
  const regions = new Map<string, Region>();
  return (
    target: ElasticBeanstalkTarget,
    { pace, credentials }: Pick<Surroundings, 'pace' | 'credentials'>,
  ): Region => {
    const { region, roleArn, externalId } = target;
    const role = roleArn === undefined ? undefined : { arn: roleArn, ...(externalId && { externalId }) };
    const opening = { ...options, region, ...(role && { role }), ...(pace && { pace }) };
    // Credentials of a deployment end with it: what they signed in to is not shared.
    if (target.credentials !== undefined)
      return open({ ...opening, identity: givenCredentials(credentials, target.credentials) });
    const key = JSON.stringify([region, roleArn, externalId]);
    const known = regions.get(key);
    if (known !== undefined) return known;
    const opened = open(opening);
    regions.set(key, opened);
    return opened;
  };
}

interface Opening extends RegionsOptions {
  readonly region: string;
  readonly role?: Role;
  /** What signs the calls, and those that assume the role; the default chain of the SDK when absent. */
  readonly identity?: Credentials;
  readonly pace?: Pace;
}

function open({ region, pathStyle, role, identity, pace, observe }: Opening): Region {
  const account = role === undefined ? 'own' : (role.arn.split(':')[4] ?? 'own');
  const watched = observe && { observe };
  const common = { region, scope: `aws:${account}:${region}`, ...(pace && { pace }), ...watched };
  // Without credentials of the target by the default chain: environment, web identity, container or instance.
  const signed = identity && { credentials: identity };
  const own = connect({ ...common, ...signed });
  const s3 = createStorage({ region, pathStyle, ...signed, ...watched });
  if (role === undefined) {
    const reads = createReads(own);
    const signedWith = async () => await own.identity()();
    const access = { eb: { ...reads, ...createWrites(own) }, s3, signedWith };
    return { watch: createRegionWatch(reads), accessFor: () => access };
  }
  const roles = createRoles(region, own.identity());
  const reads = createReads(
    connect({ ...common, credentials: roles(role, 'watch'), sockets: own.sockets() }),
  );
  return {
    watch: createRegionWatch(reads),
    accessFor(work) {
      const credentials = roles(role, work);
      const writing = connect({ ...common, credentials, sockets: own.sockets() });
      return {
        eb: { ...reads, ...createWrites(writing) },
        s3: createStorage({ region, pathStyle, credentials, sockets: s3.sockets(), ...watched }),
        signedWith: async () => await credentials(),
      };
    },
  };
}
