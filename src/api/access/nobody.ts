import type { Caller } from './caller.js';

/** Whoever has not proven who they are. */
export const NOBODY: Caller = {
  id: 'nobody',
  name: 'nobody',
  grants: [],
  owner: { kind: 'installation', name: 'nobody' },
  by: 'nothing',
};
