import type { Catalogue } from '../catalogue.ts';
import { CELL_LIMITS } from '../../cells.ts';
import { whole } from '../format.ts';
import { list } from './words.ts';

export const gridMessages: Catalogue['grid'] = {
  name: 'Blatt des Netzes',
  editorName: 'Zelleneditor',
  editLabel: where => `${where} bearbeiten`,
  pasteLabel: where => `in ${where} einfügen`,
  fillLabel: where => `${where} ausfüllen`,
  deleteLabel: where => `${where} löschen`,
  notACell: where =>
    `${where} ist keine Zelle des Netzes. Geben Sie etwas in ein Pixel, einen Kernel oder einen Bias ein.`,
  computed: (where, parameters) =>
    parameters.length === 0
      ? `${where} wird berechnet. Ändern Sie stattdessen ein Pixel, einen Kernel oder einen Bias.`
      : `${where} wird berechnet. Ändern Sie stattdessen die Parameter in ${list(parameters)}.`,
  formulaInParameter: where =>
    `${where} enthält eine eigene Zahl und kann keine Formel aufnehmen. Geben Sie eine Zahl ein.`,
  tooLarge: (where, typed) =>
    `${where} kann ${typed} nicht aufnehmen: Die größte Zahl ist 3,4028235E+38. Der alte Wert bleibt.`,
  notANumber: (where, typed, decimalComma) =>
    `${where} braucht eine Zahl wie ${decimalComma ? '0,5' : '0.5'}, nicht „${typed}“. Der alte Wert bleibt.`,
  onlySpaces: where =>
    `${where} braucht eine Zahl, und ein Leerzeichen ist keine. Der alte Wert bleibt; für 0 geben Sie 0 ein oder ` +
    'drücken Sie Entf.',
  fraction: (where, typed, decimal) =>
    `${where} kann ${typed} nicht aufnehmen. Der alte Wert bleibt; geben Sie ${decimal} ein.`,
  foreignNumber: (where, typed, meant) =>
    `Ist mit ${typed} in ${where} die Zahl ${meant} gemeint? So werden Dezimalzahlen hier geschrieben. Der alte ` +
    'Wert bleibt.',
  oneRange: 'Mehrere Bereiche sind markiert. Markieren Sie einen zum Kopieren, Ausschneiden, Einfügen oder Ausfüllen.',
  enterAgain: 'Wenn ja, drücken Sie noch einmal die Eingabetaste.',
  twoReadings: (where, typed, decimal, grouped) =>
    `${typed} in ${where} kann ${decimal} oder ${grouped} heißen. Der alte Wert bleibt; geben Sie ein, was Sie ` +
    'meinen.',
  tooManyCells: cells => `${whole(cells)} Zellen sind zu viele auf einmal. Markieren Sie weniger als 200.000.`,
  nothingToDelete: where => `In ${where} gibt es nichts zu löschen.`,
  valuesMissing: 'Die Werte dieser Zellen sind noch unterwegs. Versuchen Sie es gleich noch einmal.',
  formulaHelp: {
    name: 'Hilfe zur Formel',
    list: 'Funktionen und Namen',
    keys: '↑ ↓ wählen · Tab übernimmt',
    fits: size => `Hier passt, ${size} · Tab übernimmt das Erste`,
    sameSize: (size, first) => `Es muss so groß sein wie ${first}, ${size}.`,
    soFar: value => `Bisher ${value}`,
    proposed: count => `${whole(count)} ${count === 1 ? 'Vorschlag' : 'Vorschläge'}. Tab übernimmt den gewählten.`,
    argument: (name, line) => `${name}: ${line}`,
    noFunction: (name, near) =>
      near.length === 0
        ? `Eine Funktion ${name} gibt es nicht.`
        : `Eine Funktion ${name} gibt es nicht. Meinten Sie ${near.join(' oder ')}?`,
  },
  viewer: 'Dieses Fenster zeigt die Arbeit nur; bearbeitet wird sie in einem anderen.',
  nothingToPaste: 'In der Zwischenablage ist kein Text zum Einfügen.',
  errorHelp: {
    of(where, name, error, own) {
      const why: Record<string, string> = {
        '#DIV/0!': 'es wird durch 0 geteilt. Ändern Sie den Teiler, oder fragen Sie mit WENN, ob er 0 ist',
        '#REF!': 'sie liest eine Zelle, die es nicht (mehr) gibt. Zeigen Sie auf eine andere',
        '#NAME?': 'sie hat einen Namen, der hier nichts bedeutet. Prüfen Sie, wie er geschrieben ist',
        '#VALUE!': 'sie rechnet mit einem Text oder mit verschieden großen Bereichen. Nehmen Sie Zahlen in einer Größe',
        '#N/A':
          'ein Wert wurde gesucht und nicht gefunden, oder eine Funktion hat zu wenige oder zu viele Argumente. ' +
          'Ändern Sie diese, oder nehmen Sie WENNFEHLER',
        '#NUM!':
          'eine solche Zahl gibt es nicht, keine Zelle fasst sie, oder sie braucht zu viele Schritte. Ändern Sie die ' +
          'Zahlen, aus denen sie folgt, oder rechnen Sie mit weniger Zellen',
        '#NULL!': 'zwei Bereiche sollen sich überschneiden und tun es nicht. Setzen Sie ein Trennzeichen dazwischen',
        '#SPILL!':
          `das Ergebnis hat mehrere Werte, aber keinen Platz dafür oder mehr als ${whole(CELL_LIMITS.filled)}. ` +
          'Leeren Sie die Zellen daneben, oder rechnen Sie mit weniger Zellen',
        '#CYCLE!': 'sie hängt von einer Formel ab, die sich selbst braucht. Ändern Sie eine der beiden',
      };
      return own
        ? `${where} zeigt ${name}: ${why[error]}.`
        : `${where} zeigt ${name}, weil eine Zelle es zeigt, die sie liest.`;
    },
    because: (where, name, source) => `${where} zeigt ${name}, weil ${source} es zeigt. Beheben Sie es dort.`,
    noName: (where, name, missing) =>
      `${where} zeigt ${name}: ${list(missing)} ${missing.length === 1 ? 'ist' : 'sind'} hier kein Name. Legen Sie ` +
      'ihn unter Blatt > Namen fest, oder ändern Sie die Formel.',
    noFunction: (where, name, missing, near) =>
      `${where} zeigt ${name}: Eine Funktion ${missing.join(', ')} gibt es nicht. ` +
      (near.length > 0 ? `Ist ${near.join(', ')} gemeint?` : 'Prüfen Sie, wie sie geschrieben ist.'),
    loop: (where, read) =>
      `${where} braucht sich selbst: Die Zelle liest ${read.join(', ')}, und das folgt aus ${where}. Deshalb ergibt ` +
      'beides keine Zahl. Ändern Sie die Formel, oder drücken Sie Entf.',
  },
  restoreLabel: where => `${where} zurückholen`,
  removeAllLabel: () => 'Alles Darübergeschriebene entfernen',
  nothingOver: where => `Über ${where} ist nichts geschrieben, also gibt es nichts zurückzuholen.`,
  formula: (value, formula) => `${value}, Formel ${formula}`,
  menuName: where => `Was sich mit ${where} tun lässt`,
  followsFrom: (where, layer, ranges) => `${where} folgt aus ${layer}: ${ranges}.`,
  readBy: (where, ranges) => `${where} wird gelesen von ${ranges.replace(/ weitere$/, ' weiteren')}.`,
  foldedThere: (layer, relu) => `${relu} steht dort für ${layer}, in die sie eingeklappt ist.`,
  readByNone: where => `Keine Zelle liest ${where}.`,
  list: (shown, more) => (more > 0 ? `${shown.join(', ')} und ${whole(more)} weitere` : shown.join(', ')),
};

export const clipboardMessages: Catalogue['clipboard'] = {
  noRoom: (where, range) =>
    `${where} gehört zum Netz und nimmt nichts auf. Der Block braucht ${range}; deshalb wurde nichts eingefügt.`,
  beyondSheet: where =>
    `Der Block hat bei ${where} keinen Platz: Das Blatt endet bei XFD1048576. Es wurde nichts eingefügt.`,
  tooLong: 'Der Text in der Zwischenablage hat mehr als 200.000 Zahlen. Kopieren Sie weniger Zellen.',
  nothingToFill: where => `In ${where} steht keine Zahl, mit der sich ausfüllen lässt.`,
  nothingBefore: where => `Vor ${where} stehen keine Zellen, mit denen sich ausfüllen lässt.`,
  nothingToChange: where => `${where} enthält keine Zelle des Netzes. Markieren Sie Pixel, Kernel oder Bias.`,
  noNeighbour: 'Neben den Zellen darunter steht nichts: Ziehen Sie das Ausfüllkästchen, so weit Sie ausfüllen wollen.',
  nothingToSum: where => `Über ${where} und davor stehen keine Zahlen zum Addieren.`,
  noRoomForSum: where => `Die Summen kämen nach ${where}, aber dort steht schon etwas.`,
  marked: 'Eingabe fügt einmal ein, Esc beendet das.',
  mayNotRead: keys => `Dieses Fenster darf die Zwischenablage nicht selbst lesen. Drücken Sie ${keys}.`,
  pasting: cells => `${whole(cells)} Zellen werden eingefügt … Esc bricht ab.`,
  stopped: 'Das Einfügen wurde abgebrochen, weil sich die Arbeitsmappe geändert hat. Fügen Sie noch einmal ein.',
  stays: where =>
    `Formeln lesen weiter ${where}. Nur freie Zellen und eigene Blätter werden mit allem verschoben, was sie liest; ` +
    'Zellen des Netzes bleiben, wo sie sind.',
  sortAscending: 'Aufsteigend sortieren',
  sortDescending: 'Absteigend sortieren',
  sortLabel: range => `${range} sortieren`,
  notSorted: range =>
    `${range} enthält Zellen des Netzes; sie bleiben, wo sie sind, und lassen sich nicht sortieren. Markieren Sie ` +
    'freie Zellen oder Zellen eigener Blätter.',
  title: 'Inhalte einfügen',
  doubtTitle: 'Wie ist das zu lesen?',
  doubt:
    'Die Zahlen in der Zwischenablage lassen sich verschieden lesen oder sind wie in einer anderen Sprache ' +
    'geschrieben.',
  reading: 'Lesen als',
  decimals: { comma: 'Dezimalstellen nach einem Komma', point: 'Dezimalstellen nach einem Punkt' },
  separators: {
    '\t': '',
    ';': 'Semikolon zwischen den Zellen',
    ',': 'Komma zwischen den Zellen',
    ' ': 'Leerzeichen zwischen den Zellen',
  },
  what: 'Einfügen',
  whats: {
    all: 'Alles',
    values: 'Werte',
    formulas: 'Formeln',
    formats: 'Formate',
    links: 'Verknüpfungen: Formeln, die die kopierten Zellen lesen',
  },
  operation: 'Vorgang mit den Zahlen, die dort stehen',
  operations: {
    replace: 'Ersetzen',
    add: 'Addieren',
    subtract: 'Subtrahieren',
    multiply: 'Multiplizieren',
    divide: 'Dividieren',
  },
  transpose: 'Transponieren: Zeilen werden Spalten',
  skipBlanks: 'Leere Zellen überspringen',
  paste: 'Einfügen',
  readingLine: (cells, rows, columns, how) =>
    `${rows === 1 && columns === 1 ? cells : `${cells} (${whole(rows)} × ${whole(columns)})`}: ${how}`,
};
