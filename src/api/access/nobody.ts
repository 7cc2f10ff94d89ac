import type { Caller } from '../route.js';

/** Whoever has not proven who they are. */
export const NOBODY: Caller = {
  id: 'nobody',
  name: 'nobody',
  grants: [],
  owner: { kind: 'installation', name: 'nobody' },
  by: 'nothing',
};
