import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/shared/domain/deployment.js';
import { NO_PROGRESS } from '../../src/shared/domain/deployment.js';
import type { DeploymentId } from '../../src/shared/domain/ids.js';
import type { Line } from '../../src/shared/store/entries.js';
import { audit, type Evidence } from '../support/auditor.js';
import type { CloudWrite } from './cloud-protocol.js';

const line = (n: number, code: string | undefined, text = ''): Line => ({
  n,
  at: 1_000 + n,
  kind: code === undefined ? 'log' : 'event',
  level: 'info',
  text,
  ...(code !== undefined && { code, data: {} }),
});

const deployment = (id: string, number: number): Deployment => ({
  id: id as DeploymentId,
  number,
  request: {
    service: 's',
    environment: 'live',
    version: `v${number}`,
    provider: 'chaos',
    kind: 'deploy',
    onBusy: 'queue',
    actor: { name: 'ci' },
  },
  state: { name: 'succeeded' },
  progress: NO_PROGRESS,
  acceptedAt: 1,
  updatedAt: 2,
  finishedAt: 2,
  attempts: 1,
  revision: 1,
});

const write = (id: string, number: number, epoch: number): CloudWrite => ({
  target: 's',
  deployment: id,
  direction: 'forward',
  version: `v${number}`,
  epoch,
  revision: number,
  said: 1,
  at: 1,
  answer: 'accepted',
});

const journal = (epoch: number): readonly Line[] => [
  line(1, 'deployment.accepted'),
  line(2, undefined, `line ${epoch} 1 switch`),
  line(3, undefined, `line ${epoch} 2 switch`),
  line(4, 'deployment.succeeded'),
];

const first = deployment('a', 1);
const second = deployment('b', 2);

/** Two deployments of one target, one after the other, as it should be. */
const sound: Evidence = {
  accepted: new Map([
    ['k1', 'a'],
    ['k2', 'b'],
  ]),
  deployments: [first, second],
  journals: new Map([
    ['a', journal(10)],
    ['b', journal(20)],
  ]),
  writes: [write('a', 1, 10), write('b', 2, 20)],
  complaints: [],
  leftovers: new Map([['outbox', []]]),
};

const withJournal = (lines: readonly Line[]): Evidence => ({
  ...sound,
  journals: new Map([
    ['a', lines],
    ['b', journal(20)],
  ]),
});

describe('the auditor', () => {
  it('finds nothing where nothing is wrong', () => {
    expect(audit(sound)).toEqual([]);
  });

  it.each<[string, RegExp, Evidence]>([
    ['a lost deployment', /accepted for k2 and lost/, { ...sound, deployments: [first] }],
    ['one that was made twice', /never told/, { ...sound, accepted: new Map([['k1', 'a']]) }],
    [
      'one that has not ended',
      /not ended: b/,
      {
        ...sound,
        deployments: [first, { ...second, state: { name: 'verifying', stage: 'health', wrote: true } }],
      },
    ],
    [
      'a write that is repeated',
      /forward, forward/,
      { ...sound, writes: [...sound.writes, write('b', 2, 20)] },
    ],
    ['a success without a write', /after writing nothing/, { ...sound, writes: [write('a', 1, 10)] }],
    [
      'a write of a stale owner',
      /epoch 10 after 20/,
      { ...sound, writes: [write('a', 1, 20), write('b', 2, 10)] },
    ],
    [
      'deployments that overlap',
      /after the later b/,
      {
        ...sound,
        writes: [write('a', 1, 10), write('b', 2, 20), { ...write('a', 1, 30), direction: 'back' }],
      },
    ],
    [
      'deployments in the wrong order',
      /after the later b/,
      { ...sound, writes: [write('b', 2, 10), write('a', 1, 20)] },
    ],
    [
      'a cancelled one that wrote',
      /cancelled after writing forward/,
      {
        ...sound,
        deployments: [
          first,
          {
            ...second,
            state: {
              name: 'cancelled',
              failure: { code: 'deployment.cancelled', title: 't', detail: 'd', hint: 'h', blame: 'request' },
            },
          },
        ],
      },
    ],
    ['a hole in the journal', /gap/, withJournal(journal(10).filter(({ n }) => n !== 2))],
    [
      'a line that is there twice',
      /doubled/,
      withJournal([
        line(1, 'deployment.accepted'),
        line(2, undefined, 'line 10 1 x'),
        line(3, undefined, 'line 10 1 x'),
        line(4, 'deployment.succeeded'),
      ]),
    ],
    [
      'a lost line before a write',
      /1 lines said before a write, 0 kept/,
      withJournal([line(1, 'deployment.accepted'), line(2, 'deployment.succeeded')]),
    ],
    [
      'a line of a stale owner',
      /stale owner wrote/,
      withJournal([
        line(1, 'deployment.accepted'),
        line(2, undefined, 'line 10 1 x'),
        line(3, undefined, 'line 9 1 x'),
        line(4, 'deployment.succeeded'),
      ]),
    ],
    ['two ends', /ended 2 times/, withJournal([...journal(10), line(5, 'deployment.succeeded')])],
    ['what is left behind', /outbox still holds a/, { ...sound, leftovers: new Map([['outbox', ['a']]]) }],
    ['what the store complains about', /the store says/, { ...sound, complaints: ['lost: a'] }],
  ])('finds %s', (_title, expected, evidence) => {
    expect(audit(evidence).join('\n')).toMatch(expected);
  });
});
