import type { Provider } from '../providers/define-provider.js';
import type { Surroundings } from '../providers/surroundings.js';
import type { Deployment } from '../shared/domain/deployment.js';
import type { Hold } from '../shared/domain/state.js';
import type { Subject } from '../shared/holds/judge-holds.js';
import type { Logger } from '../shared/log/logger.js';
import type { Passed } from '../shared/metrics/worker-metrics.js';
import type { WorkInput } from '../shared/store/acceptance.js';
import type { Bell } from '../shared/store/bell.js';
import type { Leases } from '../shared/store/lease.js';
import type { Offer } from '../shared/store/offers.js';
import type { AddressGuard } from './checks/address-guard.js';
import type { Heartbeat } from './heartbeat.js';
import type { ImagePins } from './images/pin-images.js';
import type { Ledger } from './ledger.js';
import type { Secrets } from './secrets/secrets.js';

/** What every run of a worker may use. */
export interface RunDeps {
  readonly leases: Leases;
  readonly bell: Pick<Bell, 'on'>;
  /** The provider of this kind, loaded at its first use. */
  provider(kind: string): Promise<Provider | undefined>;
  readonly surroundings: Surroundings;
  readonly secrets: Secrets;
  readonly images: ImagePins;
  readonly guard: AddressGuard;
  /** What holds a deployment that is about to write for the first time. */
  holds(subject: Subject, now: number): Promise<readonly Hold[]>;
  readonly logger: Logger;
  /** Factor on every wait and deadline; below 1 only for simulators. */
  readonly tempo: number;
  redact(line: string): string;
  /** Keeps a text beside the log of a deployment; absent where nothing is kept. */
  attach?(deploymentId: string, name: string, text: string): Promise<{ readonly size: number }>;
  /** Told of every phase that a deployment has left. */
  passed?(phase: Passed): void;
  load(id: string): Promise<Deployment | undefined>;
  offer(offer: Offer): void;
}

/** Everything that one run works with. `halt` asks to stop at a safe point, `abandon` cuts calls in flight. */
export interface Drive {
  readonly deps: RunDeps;
  readonly ledger: Ledger;
  readonly heartbeat: Heartbeat;
  readonly input: WorkInput;
  readonly baseline: unknown;
  readonly epoch: number;
  /** This deployment has lost too many workers at this point. */
  readonly poisoned: boolean;
  readonly halt: AbortSignal;
  readonly abandon: AbortSignal;
  /** Dispatches `wake` when a pause should end early. */
  readonly wake: EventTarget;
  readonly logger: Logger;
}
