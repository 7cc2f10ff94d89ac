import { Link } from 'wouter';

/** Views of one screen, each with an address of its own. */
export function Tabs({
  tabs,
}: {
  readonly tabs: readonly { readonly name: string; readonly href: string; readonly current: boolean }[];
}) {
  return (
    <nav className="filters" aria-label="Views">
      <span className="segments">
        {tabs.map(({ name, href, current }) => (
          <Link key={href} href={href} aria-current={current ? 'page' : undefined}>
            {name}
          </Link>
        ))}
      </span>
    </nav>
  );
}
