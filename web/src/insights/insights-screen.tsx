import { useTab } from '../shell/tab.js';

export function InsightsScreen() {
  useTab('Insights');
  return <h1>Insights</h1>;
}
