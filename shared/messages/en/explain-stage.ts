import { number, rounded, whole } from '../format.ts';
import { counted } from './words.ts';

const percent = (share: number) => {
  if (share > 0 && share < 5e-5) return `< ${number(0.01)} %`;
  return share > 0.999_95 && share < 1 ? `>\u00A0${number(99.99)} %` : `${rounded(100 * share, 2)} %`;
};

/** Words of the stage on which the network's maps are compared with a template for each class. */
export const stageMessages = {
  title: 'Compare with Templates',
  none: 'This network doesn’t end in a dense layer that compares maps with a template for each class.',
  heading: (maps: string, classes: number) =>
    `The maps of ${maps}, compared with ${counted(classes, 'template', 'templates')}`,
  keys: 'A letter or digit shows another image of that class. Arrows choose a template. Esc goes back to the sheet.',
  close: 'Back to the sheet',
  play: 'Play cell by cell',
  playHelp: 'Lets every number come about one after another, from the first map to the probabilities',
  imageOf: 'Image of',
  any: 'any class',
  another: 'Another image',
  draw: 'Draw',
  sets: { network: 'The network’s templates', means: 'Class means' },
  choose: 'Templates to compare with',
  average: 'Average the images of each class',
  averageHelp: 'Makes templates without training: the mean of the maps of each class, minus the mean of all',
  averageAgain: 'A weight has changed since these were averaged.',
  again: 'Average again',
  meansHelp:
    'The mean of the maps of all training images of a class, minus the mean of all, with length 1: nobody trained ' +
    'them. They change nothing in the network. Explain > Templates from Class Means puts them into it.',
  overlaid: (maps: number) =>
    maps === 1 ? 'The weights of each class, as a picture' : `The weights of each class, its ${whole(maps)} maps added`,
  way: 'From the image to the maps',
  now: 'This cell',
  more: (count: number) => `${whole(count)} more`,
  factors: { maps: 'maps', template: (name: string) => `× template ${name}`, products: '= products' },
  strongest: (shown: number, of: number) => `the ${whole(shown)} strongest of ${whole(of)} maps`,
  productOf: (map: string, sum: string) => `${map}: products, together ${sum}`,
  templateOf: (name: string, map: string) => `template ${name}, ${map}`,
  score: (name: string) => `Score of ${name}`,
  tile: (name: string, score: string, rank: number) => `${name}: score ${score}, place ${whole(rank)}`,
  rankings: { network: 'Ranking by the network’s templates', means: 'Ranking by class means' },
  columns: { place: 'Place', name: 'Class', score: 'Score', probability: 'Probability' },
  probability: percent,
  right: (right: number, of: number, what: string) =>
    `${rounded((100 * right) / of, 2)} % of ${whole(of)} ${what} right`,
  written: (name: string) => `A number stands over the score of ${name}, so it isn’t the sum of the products.`,
  waiting: 'The numbers are on their way, or one of them is an error.',
  leads: (name: string, score: string, other: string, second: string) =>
    score === second
      ? `${name} and ${other} lead with ${score} each.`
      : `${name} leads with ${score}; ${other} follows with ${second}.`,
  soFar: (known: number, of: number) => `${whole(known)} of ${whole(of)} numbers to compare are known so far.`,
  answer: (name: string, share: number) =>
    `That makes ${name} with a probability of ${percent(share).replace('>', 'more than')}.`,
  both: (name: string) => `Both say ${name}: the network’s templates, and the means of each class.`,
  differ: (name: string, other: string) => `The network’s templates say ${name}, the means of each class say ${other}.`,
  noImage: (name: string) => `The data set has no image of ${name}.`,
} as const;
