/** The graph's layers as a table, which shows as much in less room, and reads well aloud. */
import { messages } from '../../shared/messages.ts';
import { whole } from '../../shared/messages/format.ts';
import type { NetworkSpec } from '../../shared/network.ts';
import type { LayerId } from '../../shared/tensor.ts';
import { element } from '../core/element.ts';
import type { BoxText } from './graph-boxes.ts';
import { consequencesOf } from './layer-draft.ts';

export type GraphList = {
  root: HTMLElement;
  show(from: NetworkSpec, draft: NetworkSpec, boxes: readonly BoxText[], chosen: LayerId): void;
  rowOf(layer: LayerId): HTMLElement | undefined;
  /** The layer that an arrow key, Home or End goes to. */
  neighbourOf(layer: LayerId, key: string): LayerId | undefined;
};

export function createGraphList(): GraphList {
  const text = messages.graph;
  const body = element('tbody', {});
  const columns = [
    text.columns.layer,
    text.columns.what,
    text.columns.shape,
    text.columns.parameters,
    text.columns.reads,
  ];
  const table = element(
    'table',
    { class: 'numbers consequences', 'aria-label': text.name },
    element('thead', {}, element('tr', {}, ...columns.map(name => element('th', { scope: 'col' }, name)))),
    body,
  );
  const root = element('div', { class: 'graph-list', hidden: true }, table);
  const rowOf = (layer: LayerId) => body.querySelector<HTMLElement>(`[data-layer="${CSS.escape(layer)}"]`) ?? undefined;

  return {
    root,
    rowOf,
    show(from, draft, boxes, chosen) {
      const focused = body.contains(document.activeElement);
      const known = new Map(boxes.map(box => [box.layer, box]));
      const inputs = new Map(draft.layers.map(layer => [layer.id, layer.inputs]));
      const rows = consequencesOf(from, draft).map(({ layer, name, before, after }) => {
        const box = known.get(layer);
        const isChosen = layer === chosen;
        const button = element(
          'button',
          { type: 'button', class: 'graph-row', tabindex: isChosen ? 0 : -1, 'aria-pressed': isChosen },
          name,
          ...(box?.isFormula
            ? [
                element('i', { class: 'fx', 'aria-hidden': true }, messages.formulaLayers.mark),
                element('span', { class: 'unseen' }, `, ${messages.formulaLayers.spoken}`),
              ]
            : []),
          box?.change === 'added' && element('small', {}, text.isNew),
        );
        button.disabled = box === undefined;
        const names = (inputs.get(layer) ?? []).map(id => known.get(id)?.name ?? id);
        const shape = box?.lines[0];
        const count = (of: number | undefined) => (of === undefined || of === 0 ? '–' : whole(of));
        return element(
          'tr',
          { class: [isChosen && 'chosen', box?.change].filter(Boolean).join(' '), 'data-layer': layer },
          element('th', { scope: 'row' }, button),
          element('td', { class: 'what', title: box?.detail }, box ? box.detail : messages.layerEdits.gone),
          element('td', {}, ...(shape ? changed(shape.before, shape.now) : [])),
          element('td', {}, ...changed(box && before && count(before.parameters), count(after?.parameters))),
          element('td', {}, names.join(', ')),
        );
      });
      body.replaceChildren(...rows);
      if (focused) rowOf(chosen)?.querySelector('button')?.focus();
    },
    neighbourOf(layer, key) {
      const all = [...body.querySelectorAll<HTMLElement>('tr:has(button:enabled)')].map(row => row.dataset.layer!);
      const place = all.indexOf(layer);
      const to = { ArrowUp: place - 1, ArrowDown: place + 1, Home: 0, End: all.length - 1 }[key];
      return to === undefined ? undefined : (all[to] ?? layer);
    },
  };
}

/** A text, and what it was before if that was another one. */
function changed(before: string | undefined, now: string): (Node | string)[] {
  return before === undefined || before === now ? [now] : [`${before} → `, element('b', {}, now)];
}
