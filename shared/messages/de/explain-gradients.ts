import type { Catalogue } from '../catalogue.ts';
import { isTiny, number, readable } from '../format.ts';

export const gradientMessages: Catalogue['explain']['gradients'] = {
  title: 'Gradient jeder Zelle',
  noLoss:
    'Das Blatt zeigt keinen Verlust: Das Netz braucht am Ende einen Softmax, oder ein Sigmoid über einem Vektor, ' +
    'und davor keinen Softmax.',
  tooLarge:
    'Dieses Netz ist zu groß für Gradienten, die jeder Änderung folgen. Ein Trainingsschritt zeigt seine eigenen.',
  claim: (more: number, change: number) =>
    change === 0
      ? 'Wäre diese Zahl ein wenig größer oder kleiner, bliebe der Verlust gleich.'
      : `Wäre diese Zahl um ${number(more)} größer, so ` +
        `${isTiny(change) ? 'bliebe der Verlust praktisch gleich: etwa' : 'wäre der Verlust um etwa'} ` +
        `${readable(Math.abs(change))} ${change > 0 ? 'größer' : 'kleiner'}.`,
  downhill: (up: boolean) => `Ein Schritt des Gradientenabstiegs macht sie ${up ? 'größer' : 'kleiner'}.`,
  of: 'des gezeigten Verlusts, der Summe der Kreuzentropie',
  none: 'Diese Zelle hat keinen Gradienten.',
  own: 'In dieser Zelle steht etwas Eigenes. Es folgt aus keiner anderen, also geht hier nichts zurück.',
  long: 'Die Kettenregel hat hier mehr Glieder, als eine Formel fasst.',
  trying: 'Steigung probieren',
  tried: 'Durch Probieren',
  byRule: 'nach der Kettenregel',
  byTrying: 'durch Probieren',
  off: 'Unterschied',
  how: (step: number) =>
    `Der Verlust, wenn diese Zahl um ${number(step)} größer ist, minus der, wenn sie um ${number(step)} kleiner ist, ` +
    `geteilt durch ${number(2 * step)}.`,
  kink:
    'Dazwischen hat der Verlust einen Knick, etwa wo ein ReLU eine Zahl durchzulassen beginnt. Die Steigung ist dort ' +
    'ein Mittel beider Seiten.',
  noSlope: 'Hier ist keine Steigung zu probieren: Es braucht ein Pixel oder einen Parameter, und einen Verlust.',
  notFinite: 'Der Verlust ist dort keine endliche Zahl.',
};
