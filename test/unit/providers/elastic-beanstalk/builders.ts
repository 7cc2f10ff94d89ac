import type { Environment, PlatformEvent } from '../../../../src/providers/elastic-beanstalk/environment.js';

/** An environment that runs `v1` well, changed where a test says so. */
export function environmentOf(changes: Partial<Environment> = {}): Environment {
  return {
    id: 'e-1',
    name: 'shop-staging',
    application: 'shop',
    label: 'v1',
    status: 'Ready',
    color: 'Green',
    healthStatus: 'Ok',
    arn: '',
    abortable: false,
    updatedAtMs: 1_000,
    platform: '64bit Amazon Linux 2023 v4.6.0 running Docker',
    tier: 'WebServer',
    address: 'shop.example.com',
    cname: 'shop.example.com',
    ...changes,
  };
}

/** An event of `shop-staging`. */
export function eventAt(
  atMs: number,
  message: string,
  more: Partial<Pick<PlatformEvent, 'severity' | 'requestId' | 'environment'>> = {},
): PlatformEvent {
  return { atMs, message, severity: 'INFO', environment: 'shop-staging', requestId: undefined, ...more };
}

/** The event that begins every update. */
export function startAt(atMs: number, requestId?: string): PlatformEvent {
  return eventAt(atMs, 'Environment update is starting.', { requestId });
}
