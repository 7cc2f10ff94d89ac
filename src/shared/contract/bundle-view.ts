import { Type, type Static } from 'typebox';
import { ServiceName } from './names.js';

export const BundleView = Type.Object(
  {
    service: ServiceName,
    sha256: Type.String({
      description: 'SHA-256 of the bundle, hex',
      examples: ['9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'],
    }),
    size: Type.Integer({ description: 'Bytes', examples: [1048576] }),
  },
  { description: 'An uploaded bundle' },
);

export type BundleView = Static<typeof BundleView>;
