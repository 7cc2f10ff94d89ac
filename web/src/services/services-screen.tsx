import { useTab } from '../shell/tab.js';

export function ServicesScreen() {
  useTab('Services');
  return <h1>Services</h1>;
}
