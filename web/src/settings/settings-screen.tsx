import { Accounts } from '../access/accounts.jsx';
import { May } from '../access/may.jsx';
import { People } from '../access/people.jsx';
import { Roles } from '../access/roles.jsx';
import { Trusts } from '../access/trusts.jsx';
import { useTab } from '../shell/tab.js';
import { Tabs } from '../shell/tabs.jsx';
import { Nowhere } from '../shell/nowhere.jsx';
import { AuditLog } from './audit-log.jsx';
import { ConfigurationList } from './configuration-list.jsx';
import { Hooks } from './hooks.jsx';
import { Subscriptions } from './subscriptions.jsx';
import { Targets } from './targets.jsx';
import { Tokens } from './tokens.jsx';

const PARTS = {
  tokens: { name: 'Tokens', screen: Tokens },
  people: { name: 'People', screen: People },
  accounts: { name: 'Service accounts', screen: Accounts },
  trusts: { name: 'Trusts', screen: Trusts },
  roles: { name: 'Roles', screen: Roles },
  may: { name: 'Who may what', screen: May },
  hooks: { name: 'Hooks', screen: Hooks },
  notices: { name: 'Notices', screen: Subscriptions },
  targets: { name: 'Targets', screen: Targets },
  configuration: { name: 'Configuration', screen: ConfigurationList },
  audit: { name: 'Audit', screen: AuditLog },
} as const;

/** What is set up: tokens, roles, configuration, and who changed what. */
export function SettingsScreen({ part }: { readonly part: string }) {
  useTab('Settings');
  const found = Object.hasOwn(PARTS, part) ? PARTS[part as keyof typeof PARTS] : undefined;
  if (!found) return <Nowhere />;
  const Screen = found.screen;
  return (
    <>
      <header className="head">
        <h1>Settings</h1>
      </header>
      <Tabs
        tabs={Object.entries(PARTS).map(([key, { name }]) => ({
          name,
          href: key === 'tokens' ? '/settings' : `/settings/${key}`,
          current: key === part,
        }))}
      />
      <Screen />
    </>
  );
}
