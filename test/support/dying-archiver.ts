import { Redis } from 'ioredis';
import { createFolderBlobs } from '../../src/shared/blobs/folder.js';
import { createAuditArchive } from '../../src/shared/store/audit-archive.js';

/**
 * Archives the audit log and is killed at one moment: `before` or `after` its segment is durable. Arguments: Redis,
 * namespace, folder of the blobs, entries to keep, moment.
 */
const [url = '', namespace = '', folder = '', keep = '', moment] = process.argv.slice(2);
const blobs = await createFolderBlobs(folder);
const die = () => new Promise<never>(() => process.kill(process.pid, 'SIGKILL'));
const archive = createAuditArchive(new Redis(url), namespace, {
  ...blobs,
  async put(key, source) {
    if (moment === 'before') await die();
    return blobs.put(key, source);
  },
  async size(key) {
    if (moment === 'after') await die();
    return blobs.size(key);
  },
});
await archive.run(Number(keep));
