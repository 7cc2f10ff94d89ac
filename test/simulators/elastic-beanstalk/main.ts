import { parseArgs } from 'node:util';

import { demoEnvironment } from './options.js';
import type { SimulatorOptions } from './options.js';
import { startElasticBeanstalk } from './start.js';

/** Each option is a flag (`--instance-port`) or a variable (`SIM_INSTANCE_PORT`); the flag wins. */
const words = [
  'host',
  'advertise',
  'port',
  'instance-port',
  'speed',
  'seed',
  'region',
  'account',
  'event-lag-ms',
] as const;
const switches = ['strict-auth', 'demo'] as const;

const running = await startElasticBeanstalk(optionsOf(process.argv.slice(2), process.env));
const environments = await running.control.environments();
process.stdout.write(
  `${JSON.stringify({ simulator: 'elastic-beanstalk', url: running.url, environments })}\n`,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void running.close().then(() => process.exit(0)));
}

function optionsOf(args: string[], env: NodeJS.ProcessEnv): SimulatorOptions {
  const flags = {
    ...Object.fromEntries(words.map((word) => [word, { type: 'string' as const }])),
    ...Object.fromEntries(switches.map((word) => [word, { type: 'boolean' as const }])),
  };
  const { values } = parseArgs({ args, options: flags });
  const word = (name: (typeof words)[number]): string | undefined => {
    const given = values[name] ?? env[variable(name)];
    return typeof given === 'string' ? given : undefined;
  };
  const isOn = (name: (typeof switches)[number]): boolean =>
    values[name] === true || env[variable(name)] === '1';
  const options = {
    host: word('host'),
    advertise: word('advertise'),
    seed: word('seed'),
    region: word('region'),
    account: word('account'),
    port: numberOf(word('port')),
    instancePort: numberOf(word('instance-port')),
    speed: numberOf(word('speed')),
    eventLagMs: numberOf(word('event-lag-ms')),
  };
  return {
    ...(Object.fromEntries(
      Object.entries(options).filter(([, value]) => value !== undefined),
    ) as SimulatorOptions),
    strictAuth: isOn('strict-auth'),
    credentials: ownKey(env),
    environments: isOn('demo') ? [demoEnvironment] : [],
  };
}

function ownKey(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = env;
  return id === undefined || secret === undefined ? {} : { [id]: secret };
}

function variable(flag: string): string {
  return `SIM_${flag.toUpperCase().replaceAll('-', '_')}`;
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isFinite(number)) return number;
  throw new Error(`${text} is not a number. Give a number, for example --speed 60.`);
}
