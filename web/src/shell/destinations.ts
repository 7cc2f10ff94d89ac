/** Somewhere that the palette can lead to. */
export interface Destination {
  readonly name: string;
  readonly href: string;
}

const SCREENS: readonly Destination[] = [
  { name: 'Board', href: '/' },
  { name: 'Deployments', href: '/deployments' },
  { name: 'Deployments that run', href: '/deployments?show=running' },
  { name: 'Deployments that failed', href: '/deployments?show=failed' },
  { name: 'Deploy …', href: '/new' },
  { name: 'Releases', href: '/releases' },
  { name: 'Services', href: '/services' },
  { name: 'Blockers', href: '/blockers' },
  { name: 'Queue and workers', href: '/queue' },
  { name: 'Insights', href: '/insights' },
  { name: 'Settings', href: '/settings' },
  { name: 'People', href: '/settings/people' },
  { name: 'Roles', href: '/settings/roles' },
  { name: 'Who may what', href: '/settings/may' },
];

/** Most that are shown at once; who wants others types more. */
const MOST = 12;

/** Every place there is: screens first, then targets, what may be deployed to them, and services. */
export function destinationsOf(
  services: readonly { readonly service: string }[],
  targets: readonly { readonly service: string; readonly environment: string }[],
): readonly Destination[] {
  return [
    ...SCREENS,
    ...targets.map(({ service, environment }) => ({
      name: `${service} in ${environment}`,
      href: `/targets/${service}/${environment}`,
    })),
    ...targets.map(({ service, environment }) => ({
      name: `Deploy ${service} to ${environment}`,
      href: `/new?service=${service}&environment=${environment}`,
    })),
    ...services.map(({ service }) => ({ name: `Versions of ${service}`, href: `/services/${service}` })),
    ...[...new Set(targets.map(({ environment }) => environment))].map((environment) => ({
      name: `Environment ${environment}`,
      href: `/environments/${environment}`,
    })),
  ];
}

/** Those whose name has every word that was typed, in any order. */
export function findDestinations(all: readonly Destination[], text: string): readonly Destination[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return all.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, MOST);
}
