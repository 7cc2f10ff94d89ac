import type { RunningSimulator } from '../simulators/elastic-beanstalk/start.js';

/** Who answers for a CNAME, looked at after everything that happens in the simulator. */
export interface Traffic {
  /** Name of the environment that holds the CNAME now. */
  holder(): string;
  /** Names of all holders, in order, each once in a row. */
  readonly holders: readonly string[];
  /** Moments without exactly one owner that has a running instance in service; empty when all is well. */
  readonly gaps: readonly string[];
}

/** Watches the traffic of `cname`, a prefix in the region of the simulator, from now on. */
export function watchTraffic({ site }: RunningSimulator, cname: string): Traffic {
  const host = `${cname}.${site.region}.elasticbeanstalk.com`;
  const holders: string[] = [];
  const gaps: string[] = [];

  function look(): void {
    const owners = site.environments.filter(
      (one) => one.cname === host && one.status !== 'Terminated' && one.status !== 'Terminating',
    );
    const [owner] = owners;
    const serving = owner?.instances.some((instance) => instance.inService && instance.running) === true;
    if (owners.length !== 1 || !serving) {
      gaps.push(`${new Date(site.clock.now()).toISOString()} ${owners.map((one) => one.name).join(' and ')}`);
    }
    if (owner !== undefined && holders.at(-1) !== owner.name) holders.push(owner.name);
  }

  look();
  site.clock.watch(look);
  return { holder: () => holders.at(-1) ?? '', holders, gaps };
}
