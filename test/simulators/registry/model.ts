import { createHash, randomBytes } from 'node:crypto';

export const MANIFEST_TYPE = 'application/vnd.oci.image.index.v1+json';

/** A manifest as it was pushed. */
export interface Manifest {
  readonly digest: string;
  readonly bytes: Buffer;
}

/** Answers that stand in the way of a call, once each or until they are taken away. */
export interface Fault {
  readonly path: RegExp;
  readonly answer:
    | 'hang'
    | 'reset'
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      };
  times: number;
}

/** One call that came in. */
export interface Call {
  readonly at: 'registry' | 'tokens';
  readonly method: string;
  readonly path: string;
  readonly proof: 'none' | 'basic' | 'bearer';
}

/** Everything that one registry knows. */
export interface World {
  /** How callers prove who they are; `open` asks nobody. */
  access: 'open' | 'basic' | 'tokens-here' | 'tokens-elsewhere';
  /** Where callers are sent for tokens, instead of the right place. */
  realm: string | undefined;
  /** What the header says of a manifest: what it is, nothing, or this. */
  digestHeader: 'honest' | 'none' | { readonly says: string };
  /** `refused`: HEAD is answered with 405. */
  head: 'served' | 'refused';
  readonly users: Map<string, string>;
  /** Repositories that everybody may pull. */
  readonly open: Set<string>;
  /** Tags and digests of manifests, by repository. */
  readonly repositories: Map<string, Map<string, Manifest>>;
  /** The repository that each token opens; '' for one that opens none. */
  readonly tokens: Map<string, string>;
  readonly faults: Fault[];
  readonly calls: Call[];
}

export function createWorld(): World {
  return {
    access: 'open',
    realm: undefined,
    digestHeader: 'honest',
    head: 'served',
    users: new Map(),
    open: new Set(),
    repositories: new Map(),
    tokens: new Map(),
    faults: [],
    calls: [],
  };
}

/** Puts another image under a tag; answers its digest. Every push makes another one. */
export function push({ repositories }: World, name: string, tag: string): string {
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      manifests: [],
      annotations: { 'org.opencontainers.image.revision': randomBytes(8).toString('hex') },
    }),
  );
  const manifest = { bytes, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}` };
  const repository = repositories.get(name) ?? new Map<string, Manifest>();
  repositories.set(name, repository.set(tag, manifest).set(manifest.digest, manifest));
  return manifest.digest;
}

/** A token that opens this repository alone. */
export function issue({ tokens }: World, repository: string): string {
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, repository);
  return token;
}
