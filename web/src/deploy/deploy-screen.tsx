import { useTab } from '../shell/tab.js';

export function DeployScreen() {
  useTab('Deploy');
  return <h1>Deploy</h1>;
}
