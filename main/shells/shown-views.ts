import type { ShownView } from '../../shared/shown-view.ts';
import type { Memory } from './state.ts';

/** Workbooks whose views are kept; of more, the one looked at longest ago is forgotten. */
const MOST = 100;
/** Stands for the path of work that has no file yet: there is at most one. */
const UNTITLED = '';

/** What windows showed of workbooks, by the paths of their files, among what is remembered between starts. */
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
    /** Work that has no file yet begins: what was kept is of other such work. */
    beginUntitled() {
      if (find(undefined)) memory.set({ views: others(UNTITLED) });
    },
    /** The work was saved to another file. */
    moved(from: string | undefined, to: string) {
      const view = find(from);
      if (view && from !== to) keep(to, view);
    },
    /** Forgets all but one. */
    clear(except: string | undefined) {
      const own = find(except);
      memory.set({ views: own ? [{ path: except ?? UNTITLED, view: own }] : [] });
    },
  };
}
