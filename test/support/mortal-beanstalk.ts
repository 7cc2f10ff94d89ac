import { afterAll, beforeAll } from 'vitest';
import { startElasticBeanstalk } from '../simulators/elastic-beanstalk/start.js';
import { awsEnvironment } from './aws.js';
import { useMortalWorkers } from './mortal-workers.js';

const SPEED = 100;

/** An application and its environment, which runs v1 on two instances. */
interface Shop {
  readonly application: string;
  readonly environment: string;
}

/** Workers to be killed at a simulated Elastic Beanstalk, where each case has a shop of its own. */
export function useMortalBeanstalk() {
  const workers = useMortalWorkers({
    speed: SPEED,
    open: () => startElasticBeanstalk({ speed: SPEED }),
    settings: (sim) => ({ ...awsEnvironment(sim.url), BEANPOD_S3_PATH_STYLE: 'true' }),
  });
  let cases = 0;
  beforeAll(() => workers.start());
  afterAll(() => workers.stop());
  return {
    workers,

    async openShop(
      more: { readonly options?: { namespace: string; name: string; value: string }[] } = {},
    ): Promise<Shop> {
      cases += 1;
      const shop = { application: `shop-${cases}`, environment: `shop-case-${cases}` };
      await workers.cloud.control.seed({ ...shop, instances: 2, version: 'v1', ...more });
      return shop;
    },

    /** The id of the deployment. `spec` is added to that of the target. */
    deploy: (
      { application, environment }: Shop,
      version: string,
      { spec = {}, stabilityMs = 15_000 }: { readonly spec?: object; readonly stabilityMs?: number } = {},
    ): Promise<string> =>
      workers.beanpod.deploy(version, {
        service: application,
        provider: 'elastic-beanstalk',
        spec: { application, environment, region: 'us-east-1', ...spec },
        artifact: { type: 'image', image: `registry.example.com/shop@sha256:${'a'.repeat(64)}` },
        verify: { stabilityMs },
      }),
  };
}
