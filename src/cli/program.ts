import { Command, CommanderError, Option } from 'commander';
import { addApply } from './commands/apply.js';
import { addChange } from './commands/change.js';
import { addClone } from './commands/clone.js';
import { addCompletion } from './commands/completion.js';
import { addDeploy } from './commands/deploy.js';
import { addEnvironment } from './commands/environment.js';
import { addGuard } from './commands/guard.js';
import { addLive } from './commands/live.js';
import { addLook } from './commands/look.js';
import { addOperate } from './commands/operate.js';
import { addRelease } from './commands/release.js';
import type { Action, Run } from './commands/run.js';
import { addTarget } from './commands/target.js';
import { addToken } from './commands/token.js';
import { addVersions } from './commands/versions.js';
import { addWhoami } from './commands/whoami.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { harmless } from './screen.js';
import { openSession, type GlobalOptions, type World } from './session.js';
import { Stop } from './stop.js';

const AFTERWORD = `
Environment:
  BEANPOD_URL         address of the API, such as https://beanpod.example.com
  BEANPOD_TOKEN       access token; or BEANPOD_TOKEN_FILE, a file that holds it
  BEANPOD_VERSION     version to deploy when none is named

Exit codes:
  0 succeeded  1 failed, nothing changed  2 wrong call  3 rolled back  4 left changed: look at once
  5 blocked  6 cancelled or superseded  7 not allowed  8 unreachable  124 time is up  130 interrupted`;

/** The tree of commands. What the last one ended with is told to `ended`. */
export function createProgram(world: World, ended: (code: ExitCode) => void): Command {
  const program = new Command('beanpod')
    .description('Deploys, follows and rolls back with Beanpod')
    .addOption(
      new Option('-o, --output <format>', 'how answers are printed')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--url <url>', 'address of the API instead of BEANPOD_URL')
    .addHelpText('after', AFTERWORD)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => world.screen.print(text.trimEnd()),
      writeErr: (text) => world.screen.remark(text.trimEnd()),
    });
  const run: Run = <Arguments, Options>(action: Action<Arguments, Options>) =>
    async function act(this: Command, ...given: unknown[]) {
      // Commander hands over the arguments, then the options, then the command.
      const session = openSession(world, this.optsWithGlobals<GlobalOptions>());
      ended(await action(session, given.slice(0, -2) as Arguments, this.opts() as Options));
    };
  for (const add of [
    addDeploy,
    addLook,
    addLive,
    addOperate,
    addChange,
    addGuard,
    addVersions,
    addRelease,
    addEnvironment,
    addClone,
    addApply,
    addTarget,
    addToken,
    addWhoami,
    addCompletion,
  ])
    add(program, run);
  return program;
}

/** Runs one command line, without the names of node and script. Answers the exit code; never throws. */
export async function runProgram(world: World, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    await createProgram(world, (said) => (code = said)).parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.invalid;
    if (error instanceof Stop) {
      world.screen.remark(world.screen.styled(harmless(error.message), 'red'));
      return error.code;
    }
    world.screen.remark(
      `beanpod has met an error of its own: ${error instanceof Error ? error.stack : String(error)}`,
    );
    return EXIT.defect;
  }
}
