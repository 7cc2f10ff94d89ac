/** Shapes on a grid of 16, drawn with a line of 1.5. */
const SHAPES = {
  check: 'M3.2 8.4l3 3 6.6-6.8',
  cross: 'M4.4 4.4l7.2 7.2M11.6 4.4l-7.2 7.2',
  undo: 'M3 6.5h6.5a3.5 3.5 0 010 7H6M3 6.5l3-3M3 6.5l3 3',
  pause: 'M6 4v8M10 4v8',
  queued: 'M8 2.5a5.5 5.5 0 110 11 5.5 5.5 0 010-11',
  running: 'M8 2.5a5.5 5.5 0 105.5 5.5',
  slash: 'M8 2.5a5.5 5.5 0 110 11 5.5 5.5 0 010-11M4.2 11.8l7.6-7.6',
  skip: 'M4 4l4 4-4 4M9 4l4 4-4 4',
  clock: 'M8 2.5a5.5 5.5 0 110 11 5.5 5.5 0 010-11M8 5v3.2l2 1.6',
  board: 'M2.5 3.5h11v9h-11zM2.5 7h11M6.5 3.5v9',
  list: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  layers: 'M8 2.5l6 3-6 3-6-3zM2 8.5l6 3 6-3M2 11.5l6 3 6-3',
  box: 'M8 2l5.5 3v6L8 14l-5.5-3V5zM2.5 5L8 8l5.5-3M8 8v6',
  chart: 'M2.5 13.5h11M4.5 11V8M8 11V4M11.5 11V6.5',
  gear: 'M8 5.8a2.2 2.2 0 110 4.4 2.2 2.2 0 010-4.4M8 1.8v1.7M8 12.5v1.7M1.8 8h1.7M12.5 8h1.7M3.6 3.6l1.2 1.2M11.2 11.2l1.2 1.2M12.4 3.6l-1.2 1.2M4.8 11.2l-1.2 1.2',
  rocket: 'M8 13.5V3M4 7l4-4 4 4',
  search: 'M7 2.5a4.5 4.5 0 110 9 4.5 4.5 0 010-9M10.4 10.4l3.1 3.1',
  chevron: 'M6 4l4 4-4 4',
  up: 'M4 10l4-4 4 4',
  down: 'M4 6l4 4 4-4',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  download: 'M8 2.5v7.5M5 7.5l3 3 3-3M3 13.5h10',
  external: 'M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.5 2.5L7.5 8.5',
  wrap: 'M2.5 4h11M2.5 8h8a2 2 0 010 4H8M2.5 12h3M8 12l1.6-1.6M8 12l1.6 1.6',
  sun: 'M8 5.2a2.8 2.8 0 110 5.6 2.8 2.8 0 010-5.6M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1',
  moon: 'M13 9.6A5.6 5.6 0 016.4 3 5.5 5.5 0 1013 9.6z',
  auto: 'M8 2.5a5.5 5.5 0 110 11 5.5 5.5 0 010-11zM8 2.5v11M10 3.4v9.2M12 4.8v6.4',
  person: 'M8 3a2.5 2.5 0 110 5 2.5 2.5 0 010-5M3.2 13.2a4.8 4.8 0 019.6 0',
  key: 'M10.5 2.5a3 3 0 110 6 3 3 0 010-6M8.4 7.6l-5.9 5.9M4.5 11.5l1.5 1.5',
  star: 'M8 2.4l1.7 3.6 3.9.5-2.9 2.7.8 3.9L8 11.2l-3.5 1.9.8-3.9L2.4 6.5l3.9-.5z',
  plus: 'M8 3v10M3 8h10',
  warning: 'M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.01',
  info: 'M8 2.5a5.5 5.5 0 110 11 5.5 5.5 0 010-11M8 7.3v3.4M8 5.2v.01',
} as const;

export type IconName = keyof typeof SHAPES;

/** A drawing of 16 pixels in the colour of the text. Hidden from screen readers: what it means stands beside it. */
export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg className={`icon ${className}`} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={SHAPES[name]} />
    </svg>
  );
}

/** The sign of Beanpod: a pod with three beans. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <g transform="rotate(-38 12 12)">
        <rect className="mark-pod" x="0.5" y="7.2" width="23" height="9.6" rx="4.8" />
        <circle className="mark-bean" cx="5.6" cy="12" r="2.3" />
        <circle className="mark-bean" cx="12" cy="12" r="2.3" />
        <circle className="mark-bean" cx="18.4" cy="12" r="2.3" />
      </g>
    </svg>
  );
}
