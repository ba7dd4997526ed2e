import type { Client } from '../client.ts';
import { element } from '../element.ts';
import type { Store, Values, View } from '../store.ts';

export function createWindow(parent: Element, store: Store, values: Values, client: Client): View {
  const root = element('div', { class: 'window' });
  void [store, values, client];
  parent.append(root);
  return { destroy: () => root.remove() };
}
