import type { Command } from 'commander';
import type { SessionView } from '../../shared/contract/session.js';
import { EXIT } from '../exit-code.js';
import { harmless } from '../screen.js';
import type { Run } from './run.js';

const REACHES = ['everywhere', 'somewhere'] as const;

/** `whoami`. */
export function addWhoami(program: Command, run: Run): void {
  program
    .command('whoami')
    .description('Show who the token makes you, and what you may do')
    .action(
      run<[]>(async (session) => {
        const you = await session.connect('brief').get<SessionView>('/v1/session');
        const rights = Object.entries(you.may);
        const lines = REACHES.map((reach) => {
          const verbs = rights.filter(([, far]) => far === reach).map(([verb]) => verb);
          return verbs.length === 0 ? '' : `  ${reach}: ${verbs.join(', ')}`;
        });
        const until = you.expiresAt === undefined ? '' : `, until ${you.expiresAt}`;
        session.answer(you, () =>
          [`${harmless(you.name)} (${you.kind})${until}`, ...lines.filter(Boolean)].join('\n'),
        );
        return EXIT.done;
      }),
    );
}
