import { Type, type Static } from 'typebox';
import { Artifact, ImageDigests } from './artifact.js';
import { closed, ServiceName, Text, Timestamp, VersionName } from './names.js';

const about = {
  commit: Type.Optional(
    Type.String({ pattern: '^[0-9a-f]{7,64}$', description: 'Commit', examples: ['6dcb09b5b57875f3'] }),
  ),
  branch: Type.Optional(Text('Branch', 'main', 255)),
  message: Type.Optional(Text('First line of the commit message', 'Faster checkout')),
  author: Type.Optional(Text('Author of the commit', 'Ada', 200)),
  commitStatus: Type.Optional(
    Type.Enum(['success', 'pending', 'failure'], {
      description: 'What the checks of the commit came to',
      examples: ['success'],
    }),
  ),
};

export const NewVersion = Type.Object(
  { version: VersionName, artifact: Artifact, ...about },
  { ...closed, description: 'Register a deployable version' },
);

export const Version = Type.Object(
  {
    service: ServiceName,
    version: VersionName,
    artifact: Artifact,
    digests: Type.Optional(ImageDigests),
    ...about,
    createdAt: Timestamp('When it was registered'),
  },
  { description: 'One artifact of a service' },
);

export const CommonVersions = Type.Object(
  {
    commit: Type.String({
      description: 'The newest commit that all of them have',
      examples: ['6dcb09b5b57875f3'],
    }),
    versions: Type.Array(Version, {
      description: 'Its newest version of each service, in the order of the question',
      examples: [[]],
    }),
  },
  { description: 'A commit that is registered for several services' },
);

export const VersionChanges = Type.Object(
  {
    direction: Type.Enum(['forward', 'back', 'none'], {
      description: 'Whether the second version was registered after the first',
      examples: ['forward'],
    }),
    from: Version,
    to: Version,
    versions: Type.Array(Version, {
      description:
        'Newest first: the newer of the two and what was registered on its branch since the older one. They come in with forward and go with back',
      examples: [[]],
    }),
    more: Type.Boolean({ description: 'Whether there are more than fit', examples: [false] }),
  },
  { description: 'What changes between two versions' },
);

export type NewVersion = Static<typeof NewVersion>;
export type Version = Static<typeof Version>;
