import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

const patterns = {
  below: 'wo eine helle Zeile über einer dunklen liegt',
  above: 'wo eine helle Zeile unter einer dunklen liegt',
  right: 'wo eine helle Spalte links von einer dunklen liegt',
  left: 'wo eine helle Spalte rechts von einer dunklen liegt',
  spot: 'wo eine Zelle heller ist als die um sie herum',
  all: 'wo es überall hell ist',
} as const;

/** Titel, Untertitel und Notizen der Filme, die die App selbst macht. */
export const filmTemplateMessages: Catalogue['filmTemplates'] = {
  names: {
    'one-cell': 'Eine Zelle einer Faltung',
    'whole-network': 'Das ganze Netz in 90 Sekunden',
    training: 'Was das Training bewirkt hat',
    'another-letter': 'Ein anderes Bild',
  },
  refusals: {
    nothingComputed: 'Dieses Netz hat keine Schicht, die etwas berechnet. Also gibt es keine Zelle für einen Film.',
    notTrained: 'Dieses Netz hat keine Gewichte, die trainiert werden. Also gibt es kein Training für einen Film.',
    blank: 'Das Bild ist leer. Ein Film davon würde nur Nullen zeigen. Öffnen oder zeichnen Sie zuerst ein Bild.',
    noImages: 'Es gibt keine anderen Bilder zu zeigen. Wählen Sie zuerst einen Datensatz.',
  },
  image: {
    title: 'Das Bild',
    caption: (height, width, colour) =>
      colour
        ? `Das Bild besteht aus drei Gittern von ${height} × ${width} Zahlen: Rot, Grün und Blau.`
        : `Das Bild ist ein Gitter von ${height} × ${width} Zahlen von 0 bis 1.`,
    notes: 'Fragen Sie: Was sieht ein Computer hier? Nur Zahlen, eine für jedes Pixel.',
  },
  pixels: {
    title: 'Pixel sind Zellen',
    caption: (height, width) =>
      `Jedes Pixel ist eine Zelle der Tabelle. Der Kernel betrachtet ${height} × ${width} davon auf einmal.`,
    notes: 'Zeigen Sie auf eine helle und auf eine dunkle Zelle. Lesen Sie zwei Zahlen vor.',
  },
  kernel: {
    title: 'Der Kernel',
    caption: (kernel, pattern) =>
      pattern === undefined
        ? `Kernel ${whole(kernel)} ist ein kleines Gitter von Gewichten. Training ändert sie.`
        : `Kernel ${whole(kernel)} macht eine Karte, die hell ist, ${patterns[pattern]}.`,
    notes: 'Grüne Gewichte zählen dafür, rote dagegen. Fragen Sie: Welche Stelle des Bildes passt zu diesem Muster?',
  },
  cell: {
    title: 'Ein Schritt',
    caption: (count, value, bias) =>
      `${whole(count)} ${count === 1 ? 'Zahl' : 'Zahlen'} mal ebenso viele Gewichte, addiert` +
      `${bias === undefined ? '' : `, und der Bias ${bias}`}: eine Zelle, ${value}.`,
    notes: 'Langsam: das Fenster, die Gewichte, die Produkte, die Summe. Die Zelle steht dort, wo das Fenster war.',
  },
  strongest: (layer, map) =>
    `Als dieser Film entstand, war das die stärkste Zelle von ${layer}, in Karte ${whole(map)}.`,
  formula: {
    title: 'Die Formel',
    caption: 'In der Tabelle ist das eine einzige Formel.',
    notes:
      'Jeder Teil der Formel hat die Farbe des Rahmens um seine Zellen, soweit sie im Bild sind. ' +
      'Jede Zelle der Karte hat diese Formel.',
  },
  scan: {
    title: 'Das Fenster wandert',
    caption: (count, signed) =>
      `Das Fenster wandert über alles: ${whole(count)} Zellen.` +
      (signed ? '\nGrün: wie der Kernel. Rot: das Gegenteil.' : ''),
    notes: 'Halten Sie in der Mitte an. Fragen Sie: Wie wird der Rest der Karte aussehen?',
  },
  relu: {
    title: 'ReLU',
    caption: 'Was negativ ist, wird 0. Alles andere bleibt, wie es ist.',
    notes: 'ReLU behält, was zum Kernel passt, und vergisst den Rest.',
  },
  pool: {
    title: 'Pooling',
    caption: (height, width, maximum) =>
      maximum
        ? `Von je ${height} × ${width} Zellen bleibt nur die größte.`
        : `Aus je ${height} × ${width} Zellen wird eine: ihr Mittel.`,
    notes: 'Die Karte wird kleiner, und es zählt weniger, wo genau etwas war.',
  },
  maps: {
    title: 'Alle Karten der Schicht',
    caption: (layer, kernels) =>
      `${layer} hat ${whole(kernels)} Kernel, also macht sie ${whole(kernels)} Karten. Jede sucht etwas anderes.`,
    notes: 'Vergleichen Sie die Karten: Was sieht jede von ihnen?',
  },
  unit: {
    title: 'Eine Einheit',
    caption: (layer, count, value) =>
      `Eine Zelle von ${layer} liest alle ${whole(count)} Zahlen auf einmal. Hier ergeben sie ${value}.`,
    notes: 'Jede Zahl hat ihr eigenes Gewicht. Die Produkte zeigen, was für diese Einheit sprach und was dagegen.',
  },
  units: {
    title: 'Alle Einheiten',
    caption: (layer, count) => `${layer} hat ${whole(count)} solche Zellen, jede mit eigenen Gewichten.`,
    notes: 'Alle lesen dieselben Zahlen. Nur die Gewichte sind andere.',
  },
  whole: {
    title: 'Vom Bild zur Antwort',
    caption: (layers, parameters) =>
      `Vom Bild zur Antwort: ${whole(layers)} Schichten mit ${whole(parameters)} Gewichten.`,
    notes: 'Ein Überblick. Nennen Sie die Schichten von links nach rechts; wir sehen in jede hinein.',
  },
  deeper: {
    title: 'Karten aus Karten',
    caption: (layer, maps) =>
      `${layer} betrachtet die ${whole(maps)} Karten davor und setzt zusammen, was sie gefunden haben.`,
    notes: 'Ein Kernel dieser Schicht hat eine Scheibe für jede Karte. Ihre Summen werden addiert.',
  },
  scores: {
    title: 'Punkte',
    caption: answer => `Was übrig ist, wird mit jeder Klasse verglichen. Am besten passt ${answer}.`,
    notes: 'Jede Klasse hat eine Schablone aus Gewichten. Die Punkte sagen, wie gut die Karten dazu passen.',
  },
  probabilities: {
    title: 'Wahrscheinlichkeiten',
    caption: (answer, share, second) =>
      `Softmax macht aus Punkten Wahrscheinlichkeiten: ${share} für ${answer}` +
      (second === undefined ? '.' : `, danach kommt ${second}.`),
    notes: 'Zusammen ergeben sie 1. Aus einem kleinen Vorsprung bei den Punkten wird hier ein großer.',
  },
  back: {
    title: 'Zurück zu den Pixeln',
    caption: 'Woher kommt die Antwort? Schritt für Schritt zurück zu den Pixeln.',
    notes: 'Die Rahmen zeigen, aus welchen Zellen die Antwort folgt, Schicht für Schicht.',
  },
  end: {
    title: 'Die Antwort',
    caption: (answer, share) =>
      share === undefined ? `Die Antwort: ${answer}.` : `Die Antwort: ${answer}, mit ${share}.`,
    notes: 'Alles davon sind Additionen und Multiplikationen, jede in einer Zelle, die man ansehen kann.',
  },
  before: {
    title: 'Vor dem Training',
    caption: fresh =>
      fresh ? 'Vor dem Training sind die Gewichte Zufall.' : 'Das sind die Gewichte vor dem Training.',
    notes: 'Niemand hat dem Netz gesagt, wonach es suchen soll.',
  },
  guess: {
    title: 'Geraten',
    caption: fresh => (fresh ? 'Also ist auch seine Antwort Zufall.' : 'Mit ihnen ist das die Antwort des Netzes.'),
    notes: 'Alle Schichten rechnen, aber noch bedeutet nichts in ihnen etwas.',
  },
  learning: {
    title: 'Training',
    caption: steps => `In ${whole(steps)} Schritten wird jedes Gewicht ein wenig verschoben, damit der Fehler sinkt.`,
    captionLoss: (steps, from, to) =>
      `In ${whole(steps)} Schritten wird jedes Gewicht ein wenig verschoben: Der Fehler sinkt von ${from} auf ${to}.`,
    notes: 'Beachten Sie Kernel und Fehler zugleich. Das meiste geschieht am Anfang.',
  },
  clearer: {
    title: 'Die Karten werden klarer',
    caption: 'Mit jedem Schritt werden die Karten und die Antwort klarer.',
    notes: 'Das Bild bleibt gleich. Nur die Gewichte ändern sich.',
  },
  after: {
    title: 'Nach dem Training',
    caption: patterns => (patterns > 0 ? 'Jetzt suchen die Kernel nach etwas.' : 'Jetzt bedeuten die Gewichte etwas.'),
    notes: 'Vergleichen Sie mit den kleinen Bildern darunter: So haben sie angefangen.',
  },
  learnt: {
    title: 'Die Antwort jetzt',
    caption: 'Und das ist jetzt die Antwort auf dasselbe Bild.',
    notes: 'Zeigen Sie auch ein paar andere Bilder.',
  },
  now: {
    title: 'Dieses Bild',
    caption: answer => `Das Netz hat dieses Bild gesehen: ${answer}.`,
    captionPlain: 'Das Netz hat dieses Bild gesehen.',
    notes: 'Was geschieht mit einem anderen?',
  },
  others: {
    title: 'Andere Bilder',
    caption: 'Dasselbe Netz, andere Bilder: Nur die Pixel ändern sich, und alles folgt.',
    notes: 'Die Gewichte bleiben, wie sie sind. Halten Sie an und fragen Sie nach der Antwort, bevor sie erscheint.',
  },
  othersMaps: {
    title: 'Was jede Schicht sieht',
    caption: 'Jedes Bild hinterlässt andere Spuren in den Karten.',
    notes: 'Suchen Sie, was die Bilder gemeinsam haben und worin sie sich unterscheiden.',
  },
  othersScores: {
    title: 'Welche Klasse passt',
    caption: 'Und jedes Mal passt eine andere Schablone am besten.',
    notes: 'Wo ist der Vorsprung klein? Das sind die Bilder, die leicht verwechselt werden.',
  },
};
