import type { ShownView } from '../../shared/shown-view.ts';
import type { Memory } from './state.ts';

/** For how many workbooks views are kept. Beyond that, the oldest view is forgotten. */
const MOST = 100;
/** The key of work without a file. There is at most one. */
const UNTITLED = '';

/** The views of workbooks, by the paths of their files. They are part of what is remembered between starts. */
export function createShownViews(memory: Memory) {
  const others = (path: string) => (memory.get().views ?? []).filter(each => each.path !== path);
  const find = (path: string | undefined) => memory.get().views?.find(each => each.path === (path ?? UNTITLED))?.view;
  const keep = (path: string | undefined, view: ShownView) => {
    const own = path ?? UNTITLED;
    memory.set({ views: [{ path: own, view }, ...others(own)].slice(0, MOST) });
  };
  return {
    find,
    keep,
    /** New work without a file begins. The kept view was of earlier work. */
    beginUntitled() {
      if (find(undefined)) memory.set({ views: others(UNTITLED) });
    },
    /** The work was saved to another file. */
    moved(from: string | undefined, to: string) {
      const view = find(from);
      if (view && from !== to) keep(to, view);
    },
    /** Forgets all views but one. */
    clear(except: string | undefined) {
      const own = find(except);
      memory.set({ views: own ? [{ path: except ?? UNTITLED, view: own }] : [] });
    },
  };
}
