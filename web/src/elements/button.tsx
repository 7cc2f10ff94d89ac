import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon, type IconName } from './icon.jsx';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onClick?: () => void;
  readonly look?: 'main' | 'danger' | 'quiet';
  readonly icon?: IconName;
  readonly type?: 'button' | 'submit';
  /** Why it cannot be pressed now; it stays reachable, so that everybody can read the reason. */
  readonly whyNot?: string | undefined;
  /** What it is called when it shows a drawing alone. */
  readonly label?: string;
  readonly pressed?: boolean;
}

/** A button. One that may not be pressed says why, to the mouse, the keyboard and the screen reader. */
export function Button({
  children,
  onClick,
  look,
  icon,
  type = 'button',
  whyNot,
  label,
  pressed,
}: ButtonProps) {
  const barred = whyNot !== undefined;
  return (
    <button
      type={type}
      className={`button ${look ?? ''}`}
      aria-disabled={barred}
      aria-label={label && barred ? `${label}: ${whyNot}` : label}
      aria-pressed={pressed}
      title={whyNot ?? label}
      onClick={(event) => {
        if (barred) event.preventDefault();
        else onClick?.();
      }}
    >
      {icon && <Icon name={icon} />}
      {children}
      {barred && !label && <span className="unseen"> ({whyNot})</span>}
    </button>
  );
}

/** A link that looks like a button. */
export function LinkButton({
  href,
  children,
  look,
  icon,
}: Pick<ButtonProps, 'children' | 'look' | 'icon'> & { readonly href: string }) {
  return (
    <Link href={href} className={`button ${look ?? ''}`}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}
