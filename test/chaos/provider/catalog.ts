import type { CatalogEntry } from '../../../src/providers/catalog.js';
import { schemaOf } from '../../../src/shared/schema/schema.js';
import { ChaosTarget } from './target.js';

export const kind = 'chaos';

/** What the API needs to know of the provider of the chaos suite. */
export const entry: CatalogEntry = { target: schemaOf(ChaosTarget), artifacts: ['image'] };
