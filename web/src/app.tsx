import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';
import { Live } from './api/live.jsx';
import { CallFailed } from './api/call.js';
import { BoardScreen } from './board/board-screen.jsx';
import { DeploymentScreen } from './deployment/deployment-screen.jsx';
import { DeploymentsScreen } from './deployments/deployments-screen.jsx';
import { ProblemNote } from './elements/note.jsx';
import { Waiting } from './elements/shown.jsx';
import { sessionQuery } from './session/session.js';
import { SignIn } from './session/sign-in.jsx';
import { Nowhere } from './shell/nowhere.jsx';
import { Shell } from './shell/shell.jsx';

const DeployScreen = lazy(() =>
  import('./deploy/deploy-screen.jsx').then(({ DeployScreen: d }) => ({ default: d })),
);
const TargetScreen = lazy(() =>
  import('./target/target-screen.jsx').then(({ TargetScreen: d }) => ({ default: d })),
);
const ServicesScreen = lazy(() =>
  import('./services/services-screen.jsx').then(({ ServicesScreen: d }) => ({ default: d })),
);
const ServiceScreen = lazy(() =>
  import('./services/service-screen.jsx').then(({ ServiceScreen: d }) => ({ default: d })),
);
const BlockersScreen = lazy(() =>
  import('./blockers/blockers-screen.jsx').then(({ BlockersScreen: d }) => ({ default: d })),
);
const EnvironmentScreen = lazy(() =>
  import('./environment/environment-screen.jsx').then(({ EnvironmentScreen: d }) => ({ default: d })),
);
const ReleasesScreen = lazy(() =>
  import('./releases/releases-screen.jsx').then(({ ReleasesScreen: d }) => ({ default: d })),
);
const ReleaseScreen = lazy(() =>
  import('./releases/release-screen.jsx').then(({ ReleaseScreen: d }) => ({ default: d })),
);
const NewReleaseScreen = lazy(() =>
  import('./releases/new-release-screen.jsx').then(({ NewReleaseScreen: d }) => ({ default: d })),
);
const QueueScreen = lazy(() =>
  import('./queue/queue-screen.jsx').then(({ QueueScreen: d }) => ({ default: d })),
);
const InsightsScreen = lazy(() =>
  import('./insights/insights-screen.jsx').then(({ InsightsScreen: d }) => ({ default: d })),
);
const SettingsScreen = lazy(() =>
  import('./settings/settings-screen.jsx').then(({ SettingsScreen: d }) => ({ default: d })),
);

/** The page: whoever is known sees the screen of the address, everybody else is asked who they are. */
export function App() {
  const session = useQuery(sessionQuery);
  const isNobody = session.error instanceof CallFailed && session.error.status === 401;
  if (isNobody && !session.data) return <SignInScreen />;
  if (!session.data)
    return <div className="alone">{session.error && <ProblemNote error={session.error} />}</div>;
  return (
    <Live key={session.data.name}>
      <Shell>
        <Suspense fallback={<Waiting rows={6} />}>
          <Screens />
        </Suspense>
      </Shell>
      {isNobody && (
        <div className="above" role="dialog" aria-modal="true" aria-label="Sign in again">
          <SignIn ended />
        </div>
      )}
    </Live>
  );
}

function SignInScreen() {
  return (
    <main className="alone">
      <SignIn />
    </main>
  );
}

function Screens() {
  return (
    <Switch>
      <Route path="/" component={BoardScreen} />
      <Route path="/deployments" component={DeploymentsScreen} />
      <Route path="/deployments/:id">{({ id }) => <DeploymentScreen key={id} id={id} />}</Route>
      <Route path="/new" component={DeployScreen} />
      <Route path="/targets/:service/:environment">
        {({ service, environment }) => (
          <TargetScreen key={`${service}/${environment}`} service={service} environment={environment} />
        )}
      </Route>
      <Route path="/services" component={ServicesScreen} />
      <Route path="/services/:service">
        {({ service }) => <ServiceScreen key={service} service={service} />}
      </Route>
      <Route path="/environments/:environment">
        {({ environment }) => <EnvironmentScreen key={environment} environment={environment} />}
      </Route>
      <Route path="/releases" component={ReleasesScreen} />
      <Route path="/releases/new" component={NewReleaseScreen} />
      <Route path="/releases/:id">{({ id }) => <ReleaseScreen key={id} id={id} />}</Route>
      <Route path="/blockers" component={BlockersScreen} />
      <Route path="/queue" component={QueueScreen} />
      <Route path="/insights" component={InsightsScreen} />
      <Route path="/settings">
        <SettingsScreen part="tokens" />
      </Route>
      <Route path="/settings/:part">{({ part }) => <SettingsScreen part={part} />}</Route>
      <Route component={Nowhere} />
    </Switch>
  );
}
