import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

export const loopMessages: Catalogue['loop'] = {
  show: 'Kreis zeigen',
  showHelp: where => `Den Kreis von ${where} zeigen`,
  title: where => `${where} braucht sich selbst`,
  what: 'Jede dieser Zellen liest die nächste. Ändern Sie die Formel von einer, oder drücken Sie dort Entf.',
  itself: 'Diese Zelle liest sich selbst. Ändern Sie ihre Formel, oder drücken Sie dort Entf.',
  more: count => `${whole(count)} weitere Zellen.`,
  none: where => `${where} liegt in keinem Kreis. Zeigt die Zelle #CYCLE!, dann liest sie eine, die in einem liegt.`,
};
