import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { createExposition } from '../../src/shared/metrics/exposition.js';
import { registerHttpMetrics } from '../../src/shared/metrics/http-metrics.js';
import { registerStoreMetrics } from '../../src/shared/metrics/store-metrics.js';
import { registerWorkerMetrics } from '../../src/shared/metrics/worker-metrics.js';
import { build, canBuild, folder, readFiles } from './manifests.js';

/** Labels that the scrape adds to what a process tells. */
const OF_THE_SCRAPE = ['pod', 'le'];
const files = readFiles();

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly { readonly alert: string; readonly expr: string }[];
  }[];
}
interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

/** Series that processes of both roles have, with their labels. */
function series(): ReadonlyMap<string, readonly string[]> {
  const registry = createExposition();
  registerHttpMetrics(registry);
  registerWorkerMetrics(registry, () => 0);
  registerStoreMetrics(registry, {
    census: () => Promise.reject(new Error('not asked')),
    audit: () => Promise.reject(new Error('not asked')),
    environments: () => [],
  });
  const found = new Map<string, readonly string[]>();
  for (const metric of registry.getMetricsAsArray()) {
    const {
      name,
      labelNames = [],
      type,
    } = metric as unknown as {
      name: string;
      labelNames?: readonly string[];
      type: string;
    };
    const suffixes = type === 'histogram' ? ['_bucket', '_count', '_sum'] : [''];
    for (const suffix of suffixes) found.set(name + suffix, labelNames);
  }
  return found;
}

/** What an expression names that no process tells, one word each. */
function strangersIn(expression: string, known: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const names = expression.match(/\b(beanpod|nodejs|process)_\w+/g) ?? [];
  const labels = [
    ...[...expression.matchAll(/[{,](\w+)(?:!=|=~|!~|=)"/g)].map(([, label]) => label ?? ''),
    ...[...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/)),
  ];
  const own = names.flatMap((name) => known.get(name) ?? []);
  return [
    ...(names.length === 0 ? ['no metric'] : []),
    ...names.filter((name) => !known.has(name)),
    ...labels.filter((label) => !own.includes(label) && !OF_THE_SCRAPE.includes(label)),
  ];
}

const [rules] = files.get('observability/alerts.yaml') ?? [];
const alerts = (rules as unknown as { spec: Rules }).spec.groups.flatMap((group) => group.rules);
const [dashboard] = files.get('observability/dashboard.json') ?? [];
const { panels } = dashboard as unknown as Dashboard;

describe('what k8s/observability asks Prometheus', () => {
  const known = series();

  test.each(alerts.map(({ alert, expr }) => [alert, expr]))(
    'alert %s is about metrics that there are',
    (_, expr) => {
      expect(strangersIn(expr, known)).toEqual([]);
    },
  );

  test.each(panels.map(({ title, targets }) => [title, targets.map(({ expr }) => expr)] as const))(
    'panel %s is about metrics that there are',
    (_, expressions) => {
      expect(expressions.flatMap((expr) => strangersIn(expr, known))).toEqual([]);
      expect(expressions.length).toBeGreaterThan(0);
    },
  );

  test('covers what an operator has to see, and strangers would be found', () => {
    expect(alerts.length).toBeGreaterThan(8);
    expect(panels.length).toBeGreaterThan(15);
    expect(strangersIn('max(beanpod_gone) by (pod)', known)).toEqual(['beanpod_gone']);
    expect(strangersIn('sum by (gone) (beanpod_deployments_live{other="1"})', known)).toEqual([
      'other',
      'gone',
    ]);
  });

  test('scrapes ports that the pods have, in an overlay that adds it', (context) => {
    context.skip(!canBuild(), 'needs kubectl 1.21 or newer on the PATH');
    const overlay = mkdtempSync(join(tmpdir(), 'beanpod-overlay-'));
    const way = (name: string) => relative(overlay, join(folder, name));
    writeFileSync(
      join(overlay, 'kustomization.yaml'),
      `kind: Kustomization\nresources: ['${way('base')}']\ncomponents: ['${way('observability')}']\n`,
    );

    const objects = build(relative(folder, overlay));

    rmSync(overlay, { recursive: true });
    const portsOf = (component: string) =>
      objects
        .filter(({ spec }) => spec?.template?.metadata.labels['app.kubernetes.io/component'] === component)
        .flatMap(({ spec }) => spec?.template?.spec.containers.flatMap(({ ports = [] }) => ports) ?? [])
        .map(({ name }) => name);
    const monitors = objects.filter(({ kind }) => kind === 'PodMonitor');
    expect(monitors).toHaveLength(2);
    for (const { spec } of monitors) {
      const { podMetricsEndpoints } = spec as unknown as { podMetricsEndpoints: readonly { port: string }[] };
      const component = spec?.selector?.matchLabels?.['app.kubernetes.io/component'] ?? '';
      expect(portsOf(component)).toContain(podMetricsEndpoints[0]?.port);
    }
    const shown = objects.find(({ metadata }) => metadata?.name === 'beanpod-dashboard')?.data?.[
      'dashboard.json'
    ];
    expect((JSON.parse(shown ?? '{}') as Dashboard).panels).toHaveLength(panels.length);
  });
});
