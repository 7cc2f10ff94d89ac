import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { ConfigProblem } from '../config/schema.js';

const MARK = 'sealed:v1:';

/** What a sealed credential of a target is bound to. */
export const CREDENTIAL = 'credential';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts what has to be stored and must not be read there. */
export interface Seal {
  /**
   * The text under the newest key, `sealed:v1:<key id>:<base64url>`: AES-256-GCM with a fresh nonce. `purpose` is proven
   * when it is opened, so that nobody can use a sealed text in another place.
   */
  close(text: string, purpose: string): string;
  /** The text again. Throws `SealProblem`, whose message holds no part of it. */
  open(sealed: string, purpose: string): string;
  /** Whether it was closed under the newest key. */
  isCurrent(sealed: string): boolean;
}

/** A sealed text cannot be opened: its key is not configured here, or it was changed. */
export class SealProblem extends Error {
  override name = 'SealProblem';
}

export function isSealed(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith(MARK);
}

/**
 * `keys`: newest first, each `id:base64 of 32 bytes`. Older ones open what they closed. `undefined` without keys.
 * Throws a `ConfigProblem` that says which key is wrong and never shows it.
 */
export function createSeal(keys: readonly string[]): Seal | undefined {
  const known = new Map(keys.map((text, index) => readKey(text, index)));
  const [newest] = known;
  if (newest === undefined) return undefined;
  if (known.size < keys.length)
    throw new ConfigProblem(['BEANPOD_ENCRYPTION_KEYS: two keys have the same id']);
  const [newestId, newestKey] = newest;
  return {
    close(text, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newestKey, nonce).setAAD(bound(newestId, purpose));
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      const envelope = Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
      return `${MARK}${newestId}:${envelope}`;
    },
    open(sealed, purpose) {
      const [id = '', envelope = ''] = sealed.slice(MARK.length).split(':');
      const key = known.get(id);
      if (!isSealed(sealed) || key === undefined) {
        throw new SealProblem(`It was sealed with the key "${id}", which is not configured here`);
      }
      const bytes = Buffer.from(envelope, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
          .setAAD(bound(id, purpose))
          .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
        const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new SealProblem(`It does not open with the key "${id}": it was changed, or the key was`, {
          cause: error,
        });
      }
    },
    isCurrent: (sealed) => sealed.startsWith(`${MARK}${newestId}:`),
  };
}

function bound(id: string, purpose: string): Buffer {
  return Buffer.from(`beanpod:${id}:${purpose}`, 'utf8');
}

function readKey(text: string, index: number): readonly [string, Buffer] {
  const [, id, base64] = /^([A-Za-z0-9_-]{1,40}):([A-Za-z0-9+/_=-]+)$/.exec(text.trim()) ?? [];
  const key = Buffer.from(base64 ?? '', 'base64');
  if (id === undefined || key.length !== 32) {
    throw new ConfigProblem([
      `BEANPOD_ENCRYPTION_KEYS: key ${index + 1} is not "id:base64" with 32 bytes behind the base64`,
    ]);
  }
  return [id, key];
}
