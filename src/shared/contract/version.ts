import { Type, type Static } from 'typebox';
import { Artifact } from './artifact.js';
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
    ...about,
    createdAt: Timestamp('When it was registered'),
  },
  { description: 'One artifact of a service' },
);

export type NewVersion = Static<typeof NewVersion>;
export type Version = Static<typeof Version>;
