import { parseArgs } from 'node:util';
import { FAULTS, type FaultKind } from '../support/fault-schedule.js';
import { runChaos } from './run.js';

/** `npm run test:chaos -- --minutes 10 --deployments 1000 --targets 100 --every 4 --seed 7 --lease 3 --kinds worker-kill,redis-kill` */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '2' },
    deployments: { type: 'string' },
    targets: { type: 'string', default: '100' },
    every: { type: 'string', default: '4' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    lease: { type: 'string', default: '3' },
    workers: { type: 'string', default: '3' },
    apis: { type: 'string', default: '2' },
    kinds: { type: 'string', default: FAULTS.join(',') },
  },
});

const minutes = Number(values.minutes);
const { findings, figures, seen, evidence } = await runChaos({
  seed: Number(values.seed),
  durationMs: minutes * 60_000,
  deployments: Number(values.deployments ?? Math.round(minutes * 100)),
  targets: Number(values.targets),
  everyMs: Number(values.every) * 1_000,
  leaseMs: Number(values.lease) * 1_000,
  workers: Number(values.workers),
  apis: Number(values.apis),
  kinds: values.kinds.split(',').filter((kind): kind is FaultKind => FAULTS.some((each) => each === kind)),
  settleMs: 180_000,
  tell: (line) => console.log(line),
});
const { accepted, refused, ...requests } = seen;
console.log(
  JSON.stringify(
    { figures, requests: { accepted: accepted.size, refused: [...refused], ...requests } },
    null,
    2,
  ),
);
for (const finding of findings) console.log(`FOUND ${finding}`);
for (const [id, lines] of evidence.journals)
  if (findings.some((finding) => finding.includes(id)))
    for (const { n, at, code, text } of lines)
      console.log(`${id} ${n} ${new Date(at).toISOString()} ${code ?? ''} ${text}`);
console.log(
  findings.length === 0
    ? `Nothing was lost (seed ${values.seed}).`
    : `${findings.length} promises broken (seed ${values.seed}).`,
);
process.exitCode = findings.length === 0 ? 0 : 1;
