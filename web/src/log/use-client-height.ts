import { useLayoutEffect, useState, type RefObject } from 'react';

/** Pixels that a scroller shows now; an ordinary window's worth until it has been measured. */
export function useClientHeight(scroller: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(400);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => setHeight(element.clientHeight));
    watch.observe(element);
    return () => watch.disconnect();
  }, [scroller]);
  return height;
}
