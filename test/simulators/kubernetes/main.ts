import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startKubernetes } from './start.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    speed: { type: 'string', default: '20' },
    nodes: { type: 'string', default: '3' },
    folder: { type: 'string' },
  },
});

const simulator = await startKubernetes({
  port: Number(values.port),
  speed: Number(values.speed),
  nodes: Number(values.nodes),
});
const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'kubernetes-sim-'));
const ca = path.join(folder, 'ca.pem');
const kubeconfig = path.join(folder, 'kubeconfig.yaml');
writeFileSync(ca, simulator.ca);
writeFileSync(kubeconfig, simulator.kubeconfig(), { mode: 0o600 });
console.log(JSON.stringify({ url: simulator.url, ca, kubeconfig, token: simulator.token }));

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void simulator.close().then(() => process.exit(0));
  });
}
