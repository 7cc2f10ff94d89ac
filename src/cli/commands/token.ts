import type { Command } from 'commander';
import type { TokenView } from '../../shared/contract/token.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import type { Session } from '../session.js';
import { harmless } from '../screen.js';
import { showTable } from '../show.js';
import { count } from './count.js';
import type { Run } from './run.js';

interface CreateOptions {
  readonly role: string;
  readonly account?: string;
  readonly days: number;
}

/** `token create`, `token list` and `token remove`. */
export function addToken(program: Command, run: Run): void {
  const token = program.command('token').description('Make, list and remove access tokens');
  token
    .command('create')
    .description('Make a token and print its secret, which is shown this once')
    .argument('<name>', 'who uses it')
    .option('--role <role>', 'what it may do: view, deploy, edit, admin, or a role of your own', 'deploy')
    .option('--account <name>', 'service account that it belongs to; you when left out')
    .option('--days <days>', 'days until it ends', count(1, 365), 90)
    .action(run<[string], CreateOptions>(createToken));
  token.command('list').description('List tokens without their secrets').action(run<[]>(listTokens));
  token
    .command('remove')
    .description('Remove a token; it stops working at once')
    .argument('<id>')
    .action(run<[string]>(removeToken));
}

async function createToken(
  session: Session,
  [name]: [string],
  { role, account, days }: CreateOptions,
): Promise<ExitCode> {
  const { body } = await session.connect('brief').call<TokenView & { readonly token: string }>('/v1/tokens', {
    method: 'POST',
    body: { name, role, expiresInDays: days, ...(account !== undefined && { account }) },
    again: 'never',
  });
  session.screen.remark(
    `Token ${body.id} of ${body.name} ends at ${body.expiresAt}; this is the only time that it is shown`,
  );
  session.answer(body, () => body.token);
  return EXIT.done;
}

async function listTokens(session: Session): Promise<ExitCode> {
  const { items } = await session.connect('brief').get<{ items: readonly TokenView[] }>('/v1/tokens');
  const rows = items.map(({ id, name, role = 'rules', expiresAt }) => [id, harmless(name), role, expiresAt]);
  session.answer(items, () => showTable([['ID', 'NAME', 'ROLE', 'ENDS'], ...rows]).join('\n'));
  return EXIT.done;
}

async function removeToken(session: Session, [id]: [string]): Promise<ExitCode> {
  await session.connect('brief').call(`/v1/tokens/${encodeURIComponent(id)}`, { method: 'DELETE' });
  session.answer({ removed: id }, () => `Token ${id} removed`);
  return EXIT.done;
}
