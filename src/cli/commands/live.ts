import type { Command } from 'commander';
import type { ExecTicketView } from '../../shared/contract/live-exec.js';
import type { PodsView } from '../../shared/contract/live-pods.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { followTail } from '../follow-tail.js';
import { useRemoteShell } from '../remote-shell.js';
import { harmless, type Style } from '../screen.js';
import type { Session } from '../session.js';
import { showTable } from '../show.js';
import { Stop } from '../stop.js';
import { count } from './count.js';
import type { Run } from './run.js';

interface TailOptions {
  readonly since?: number;
  readonly tail?: number;
  readonly pod?: string;
  readonly container?: string;
  readonly include?: string;
  readonly exclude?: string;
  readonly previous?: boolean;
}

interface ExecOptions {
  readonly pod?: string;
  readonly container?: string;
  readonly shell?: string;
  readonly reason?: string;
}

const WHERE = 'service/environment';
/** Each pod has one of these, in turn. */
const COLOURS: readonly Style[] = ['cyan', 'green', 'yellow', 'red', 'bold', 'dim'];

/** `tail`, `pods` and `exec`. */
export function addLive(program: Command, run: Run): void {
  program
    .command('tail')
    .description('Follow the logs of all pods of a target, also of those that come later')
    .argument('<target>', WHERE)
    .option('--since <seconds>', 'only lines of the last so many seconds', count(1, 604_800))
    .option('-n, --tail <lines>', 'lines of the past, for each container', count(0, 5_000))
    .option('--pod <pod>', 'only this pod')
    .option('-c, --container <container>', 'only containers of this name')
    .option('--include <expression>', 'only lines in which this regular expression (RE2) is found')
    .option('--exclude <expression>', 'no lines in which this one is found')
    .option('--no-previous', 'leave out the run before of containers that were restarted')
    .action(run<[string], TailOptions>(tail));
  program
    .command('pods')
    .description('List the pods of a target')
    .argument('<target>', WHERE)
    .action(run<[string]>(listPods));
  program
    .command('exec')
    .description('Open a shell in a container; what it shows is recorded')
    .argument('<target>', WHERE)
    .option('--pod <pod>', 'in this pod; the first one that is ready otherwise')
    .option('-c, --container <container>', 'in this container')
    .option('--shell <shell>', 'sh, bash or ash')
    .option('--reason <text>', 'why, for the record')
    .action(run<[string], ExecOptions>(exec));
}

async function tail(
  { connect, screen, output, interrupted }: Session,
  [target]: [string],
  { previous, ...wanted }: TailOptions,
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wanted)) query.set(name, String(value));
  if (previous === false) query.set('previous', 'false');
  const path = `${livePath(target)}/logs?${query.toString()}`;
  const colours = new Map<string, Style>();
  for await (const piece of followTail(connect('long'), path, interrupted)) {
    if (piece.kind === 'remark') screen.remark(screen.styled(harmless(piece.text), 'yellow'));
    else if (output === 'json') screen.print(JSON.stringify(piece.line));
    else {
      const { pod, container, text } = piece.line;
      const colour = colours.get(pod) ?? COLOURS[colours.size % COLOURS.length] ?? 'cyan';
      colours.set(pod, colour);
      screen.print(`${screen.styled(`${pod} ${container}`, colour)} ${screen.said(text)}`);
    }
  }
  return EXIT.done;
}

async function listPods(session: Session, [target]: [string]): Promise<ExitCode> {
  const view = await session.connect('brief').get<PodsView>(`${livePath(target)}/pods`);
  if (view.trouble !== undefined)
    session.screen.remark(session.screen.styled(harmless(view.trouble), 'yellow'));
  const rows = view.pods.map(({ name, ready, status, restarts, node, containers }) => {
    const last = containers.find(({ lastExit }) => lastExit)?.lastExit;
    const exit = last ? `${last.reason} (${last.exitCode})` : '';
    return [name, ready ? 'yes' : 'no', harmless(status), String(restarts), harmless(exit), node ?? ''];
  });
  session.answer(view, () => showTable([HEADINGS, ...rows]).join('\n'));
  return EXIT.done;
}

const HEADINGS = ['POD', 'READY', 'STATUS', 'RESTARTS', 'LAST EXIT', 'NODE'];

async function exec(session: Session, [target]: [string], options: ExecOptions): Promise<ExitCode> {
  const client = session.connect('brief');
  const path = livePath(target);
  const pod = options.pod ?? (await readyPod(() => client.get<PodsView>(`${path}/pods`), target));
  const { body } = await client.call<ExecTicketView>(`${path}/exec`, {
    method: 'POST',
    body: { ...options, pod },
  });
  session.screen.remark(`A shell in ${body.pod}/${body.container}; what it shows is recorded`);
  const end = await useRemoteShell(client, body, session.interrupted);
  session.screen.remark(harmless(end.reason));
  return end.exitCode === 0 ? EXIT.done : EXIT.failed;
}

async function readyPod(look: () => Promise<PodsView>, target: string): Promise<string> {
  const pod = (await look()).pods.find(({ ready }) => ready);
  if (pod) return pod.name;
  throw new Stop(EXIT.invalid, `No pod of ${target} is ready; name one with --pod`);
}

/** Where what is live of a target is, `service/environment`. Throws a `Stop` for anything else. */
export function livePath(target: string): string {
  const [, service, environment] = /^([^/]+)\/([^/]+)$/.exec(target) ?? [];
  if (service === undefined || environment === undefined)
    throw new Stop(EXIT.invalid, `${target} is not like service/environment`);
  return `/v1/targets/${encodeURIComponent(service)}/${encodeURIComponent(environment)}/live`;
}
