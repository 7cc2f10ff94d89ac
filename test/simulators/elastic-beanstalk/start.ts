import type { IncomingMessage, ServerResponse } from 'node:http';

import { exchange, readWire, send } from '../s3/exchange.js';
import type { Recognised } from '../s3/exchange.js';
import { listen } from '../s3/listen.js';
import { signerOf } from '../s3/signature.js';
import type { WireRequest } from '../s3/signature.js';
import { recogniseQuery } from './api.js';
import { recogniseBucketCall } from './bucket-region.js';
import { createSite } from './create-site.js';
import { answerControl } from './control.js';
import { createSimulatorControl } from './control-client.js';
import type { SimulatorControl } from './control-client.js';
import type { SimulatorOptions } from './options.js';
import { queryParams } from './query-xml.js';
import { seedEnvironment } from './seed.js';
import type { Site } from './site.js';
import { answerAsEnvironment } from './web.js';

/** A running simulator of Elastic Beanstalk, S3 and STS. Nothing survives `close`, which ends all its servers and timers. */
export interface RunningSimulator {
  readonly url: string;
  readonly control: SimulatorControl;
  /** The state itself, for tests in the same process. */
  readonly site: Site;
  close(): Promise<void>;
}

/** Starts the simulator on one listener, plus one for each environment. Rejects when a port is taken. */
export async function startElasticBeanstalk(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const { host = '127.0.0.1', port = 0 } = options;
  const site = createSite(options);
  const server = await listen(
    (message, response) => {
      serve(site, message, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    },
    host,
    port,
  );
  site.origin = `http://${options.advertise ?? host}:${server.port}`;
  for (const seed of options.environments ?? []) await seedEnvironment(site, seed);
  return {
    url: site.origin,
    control: createSimulatorControl(`http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${server.port}`),
    site,
    async close() {
      site.clock.stop();
      await Promise.all([server.close(), site.web.close()]);
    },
  };
}

async function serve(site: Site, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const hostName = (message.headers.host ?? '').replace(/:\d+$/, '');
  if (hostName.endsWith('.elasticbeanstalk.com')) {
    site.clock.settle();
    const environment = site.environments.find(
      (one) => one.cname === hostName && one.status !== 'Terminated',
    );
    answerAsEnvironment(environment, site.clock.now(), { request: message, response });
    return;
  }
  const request = await readWire(message);
  site.clock.settle();
  if (request.url.pathname.startsWith('/_sim/')) {
    send(response, await answerControl(site, request));
    return;
  }
  const deps = {
    credentials: site.credentials,
    faults: site.faults,
    calls: site.calls,
    newRequestId: () => site.chance.requests.uuid(),
  };
  await exchange(deps, { request, recognised: recognise(site, request), response });
}

// The credential scope tells the service; a call without one is told by its form body or its query.
function recognise(site: Site, request: WireRequest): Recognised {
  const service = signerOf(request)?.service;
  if (service === 's3') return recogniseBucketCall(site, request);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const form = isForm ? new URLSearchParams(request.body.toString('utf8')) : request.url.searchParams;
  const params = queryParams(form);
  if (service === undefined && params['Action'] === undefined) return recogniseBucketCall(site, request);
  return recogniseQuery(site, params, request);
}
