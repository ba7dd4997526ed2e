import type { Catalogue } from '../catalogue.ts';
import { decimal, fixed, memorySize, whole } from '../format.ts';
import { counted, percent } from './words.ts';

/** Eine Zahl mit höchstens sechs Stellen. */
const figure = (value: number) => decimal(String(Number(value.toPrecision(6)))).replaceAll('-', '−');

export const panelMessages: Catalogue['panels'] = {
  notConnected: 'Die Verbindung zur Berechnung ist unterbrochen und wird neu aufgebaut; Ihre Arbeit bleibt erhalten.',
  starting: 'ConvSheet startet…',
  connectionLost: 'Die Verbindung zu ConvSheet ist abgerissen und wird neu aufgebaut; Ihre Arbeit bleibt erhalten.',
  connectionBack: 'Wieder verbunden.',
  ended: 'ConvSheet ist beendet. Sie können dieses Fenster schließen.',
  menubar: 'Menü',
  saved: 'Gespeichert',
  unchanged: 'Unverändert',
  edited: 'Geändert',
  unkept: 'Änderungen sind nicht gesichert',
  windowTitle: (name, edited) => `${edited ? '• ' : ''}${name} – ConvSheet`,
  recoveredBanner: 'Die nicht gespeicherte Arbeit der letzten Sitzung wurde wiederhergestellt.',
  dismiss: 'Ausblenden',
  toolbar: 'Symbolleiste',
  foldRelu: 'ReLU einklappen',
  foldReluHelp: 'Zeigt jede ReLU in den Spalten ihrer Faltung',
  foldWhich: 'Wählen, welche ReLU eingeklappt wird',
  foldInto: (relu, convolution) => `${relu} in ${convolution}`,
  palette: 'Farben',
  draw: 'Zeichnen',
  done: 'Fertig',
  brush: 'Pinsel',
  eraser: 'Radierer',
  clear: 'Leeren',
  tool: 'Werkzeug',
  size: 'Größe',
  centre: 'Zentrieren und skalieren',
  centreHelp: 'Legt die Zeichnung so hin, wie die Ziffern des Datensatzes liegen, damit das Netz sie besser erkennt',
  pad: 'Zeichenfläche: mit Maus oder Stift zeichnen',
  drawHere: 'Zeichnen Sie hier oder in die Eingabezellen.',
  backendHelp: 'Womit die Zellen berechnet werden',
  zoom: 'Zoom',
  zoomReset: 'Zurück auf 100\u00a0%',
  zoomLabel: zoom => `Zoom ${percent(zoom)}: zurück auf ${percent(100)}`,
  percent: zoom => percent(zoom),
  formulaBar: 'Bearbeitungsleiste',
  nameBox: 'Namenfeld: Zelle, Bereich oder Schicht als Ziel',
  formula: 'Formel oder Wert der markierten Zelle',
  cellKinds: {
    computed: { name: 'berechnet', help: 'Folgt aus dem Netz: Ändern Sie, was die Zelle liest' },
    parameter: { name: 'Parameter', help: 'Ein Gewicht des Netzes: einfach überschreiben' },
    pixels: { name: 'Eingabe', help: 'Ein Pixel, 0 schwarz bis 1 weiß: einfach überschreiben' },
    actual: { name: 'richtig', help: 'Die richtige Klasse: 1 bei der richtigen, leer, wo niemand sie kennt' },
    none: { name: '', help: '' },
  },
  overKinds: {
    override: {
      name: 'überschrieben',
      help: 'Sie haben überschrieben, was die Schicht berechnet. Entf holt es zurück',
    },
    tied: { name: 'gekoppelt', help: 'Dieses Gewicht folgt aus Ihrer Formel' },
    pixel: { name: 'Pixelformel', help: 'Diese Zelle der Eingabe folgt aus Ihrer Formel' },
  },
  overrides: {
    title: 'Überschriebenes und Kommentare',
    none:
      'Schreiben Sie eine Zahl oder Formel über eine Zelle des Netzes, oder kommentieren Sie eine Zelle ' +
      '(Umschalt+F2), dann steht das hier.',
    groups: {
      override: count => `${count} ${count === 1 ? 'Zelle' : 'Zellen'} statt der Rechnung der Schicht`,
      tied: count => `${count} ${count === 1 ? 'gekoppeltes Gewicht' : 'gekoppelte Gewichte'}`,
      pixel: count => `${count} ${count === 1 ? 'Pixelformel' : 'Pixelformeln'}`,
      error: count => `${count} Fehler`,
    },
    goTo: 'Hingehen',
    goToHelp: where => `Zu ${where} gehen`,
    remove: 'Entfernen',
    removeHelp: where => `Entfernen, was über ${where} steht`,
    comments: count => `${count} ${count === 1 ? 'Kommentar' : 'Kommentare'}`,
    goToComment: where => `Zum Kommentar zu ${where} gehen`,
    removeComment: where => `Den Kommentar zu ${where} entfernen`,
    removeAll: 'Alle entfernen',
    compare: 'Vergleichen',
    compareHelp: 'Halten, um alles ohne Darübergeschriebenes zu sehen',
    derived: value => `berechnet ${value} →`,
    answer: 'Was das an der Antwort ändert',
    without: guess => `Ohne ${guess}`,
    with: guess => `Mit ${guess}`,
    more: count => `${count} weitere.`,
    count: count => `${count} überschrieben`,
    ignored: 'Überschriebene Zellen der Schichten gelten nur auf dem Blatt: Diese Zahlen sind die des Netzes ohne sie.',
  },
  derived: 'Berechnet',
  derivedHelp: (formula, key) => `${formula} zurückholen (${key})`,
  unfold: layer => `${layer} zeigen`,
  unfoldHelp: layer =>
    `Diese Formel liest Zellen von ${layer}, deren Spalten eingeklappt sind. Klicken Sie hier, um sie zu zeigen.`,
  tooManyWindows:
    'ConvSheet ist schon in 16 Fenstern geöffnet, mehr gehen nicht. Schließen Sie eines davon; dieses öffnet sich ' +
    'dann von selbst.',
  onlySheet: 'Es gibt ein Blatt. Während eines Laufs haben die Gradienten ein eigenes.',
  noSuchPlace: typed =>
    `„${typed}“ gibt es hier nicht. Geben Sie eine Zelle wie AH3 ein, einen Bereich wie A1:C3 oder eine Schicht wie ` +
    'conv1 oder conv1/kernel.',
  beyondSheet: (where, last) => `${where} liegt außerhalb des Netzes, das bei ${last} endet.`,
  edges: {
    left: 'Breite des linken Bereichs',
    side: 'Breite des rechten Bereichs',
    graph: 'Höhe des Graphen',
    lesson: 'Höhe des Lektionstexts',
    help: 'Ziehen oder Pfeiltasten drücken. Ein Doppelklick stellt die ursprüngliche Breite wieder her.',
    helpUnder: 'Ziehen oder Pfeiltasten drücken. Ein Doppelklick stellt die ursprüngliche Höhe wieder her.',
    pixels: width => `${width} Pixel`,
  },
  layers: 'Schichten',
  network: 'Netz',
  parameters: count => `${whole(count)} Param.`,
  parametersOf: ' Parameter',
  foldedIn: convolution => `in ${convolution}`,
  digits: 'Ziffern',
  digitCount: count => counted(count, 'Ziffer', 'Ziffern'),
  all: 'Alle',
  wrong: 'Falsche',
  askAgain: 'Netz geändert: aktualisieren',
  noSuchDigit: 'Keine Testziffer passt zu dieser Auswahl.',
  takenFor: (digit, predicted) => `${digit}, für ${predicted} gehalten`,
  legend: 'Was die Farben bedeuten',
  pixels: 'Pixel',
  dropped: 'von ReLU auf 0 gesetzt',
  modes: { ready: 'Bereit', enter: 'Eingeben', edit: 'Bearbeiten', point: 'Zeigen' },
  statusBar: 'Statusleiste',
  predicted: 'Erkannt',
  noPrediction: 'Keine Vorhersage',
  probability(share) {
    if (share < 1 && share >= 0.9995) return `>\u00A0${percent(decimal('99.9'))}`;
    if (share > 0 && share < 0.0005) return `<\u00A0${percent(decimal('0.1'))}`;
    return percent(fixed(100 * share, 1));
  },
  actual: name => `Richtig ${name}`,
  noActual: 'Richtige Klasse unbekannt',
  calculated: (milliseconds, first) =>
    `${first ? 'Berechnet' : 'Neu berechnet'} in ` +
    `${milliseconds < 10 ? fixed(milliseconds, 2) : Math.round(milliseconds)} ms`,
  selection: 'Die markierten Zahlen',
  figures: ({ count, sum, average, minimum, maximum, errors }) =>
    [
      ...(count === 0
        ? []
        : [
            `Mittelwert ${figure(average)}`,
            `Anzahl ${whole(count)}`,
            `Summe ${figure(sum)}`,
            `Min. ${figure(minimum)}`,
            `Max. ${figure(maximum)}`,
          ]),
      ...(errors === 0 ? [] : [`${whole(errors)} Fehler`]),
    ].join(' · '),
  cellCount: count => `${whole(count)} Zellen`,
  memory: bytes => `Speicher ${memorySize(bytes)}`,
  memoryHelp: (bytes, numbers) =>
    `Die Berechnung belegt ${memorySize(bytes)} Arbeitsspeicher; für die Zahlen der Zellen allein braucht es ` +
    `${memorySize(numbers)}. Dazu kommt der Speicher des Fensters.`,
  backend: name => `Berechnet mit ${name}`,
  labels: { draw: 'Zeichnen', clearInput: 'Eingabe leeren', centre: 'Zeichnung zentrieren', invert: 'Umkehren' },
  looksInverted:
    'Dieses Bild ist wohl dunkel auf hellem Grund; das Netz hat mit hellen Formen auf dunklem Grund gelernt.',
  invert: 'Umkehren',
  fillQuestion: { title: 'Mit einer Zahl ausfüllen', label: 'Zahl für jede markierte Zelle', button: 'Ausfüllen' },
  goToQuestion: { title: 'Gehe zu', label: 'Zelle, Bereich oder Schicht', button: 'Gehe zu' },
  textLines: {
    fine: 'Keine Fehler.',
    problem: (line, sentence) => `Zeile ${whole(line)}: ${sentence}`,
    goTo: line => `Gehe zu Zeile ${whole(line)}`,
  },
  dialogs: {
    problem: 'Das hat nicht geklappt',
    ok: 'OK',
    close: 'Schließen',
    open: 'Öffnen',
    replace: 'Ersetzen',
    clearRecent: {
      title: 'Liste der zuletzt geöffneten Arbeitsmappen leeren?',
      sentence:
        'Die Dateien bleiben, wo sie sind; was von ihnen zu sehen war, wird mit vergessen. Das lässt sich nicht ' +
        'rückgängig machen.',
      button: 'Liste leeren',
    },
    folder: 'Ordner',
    parent: 'Übergeordneter Ordner',
    files: 'Ordner und Arbeitsmappen',
    fileName: 'Dateiname',
    emptyFolder: 'Hier sind keine Arbeitsmappen.',
    nameMissing: 'Geben Sie einen Dateinamen ein, oder wählen Sie eine Datei.',
    moreFiles: (count, folders) =>
      `${counted(count, 'weiterer Eintrag steht', 'weitere Einträge stehen')} nicht in der Liste; ` +
      (folders ? 'oben lässt sich der ganze Pfad eingeben.' : 'unten lässt sich der Name eingeben.'),
    aboutBackend: backend => `Version 0.1.0, berechnet mit ${backend}.`,
    keyboardTitle: 'Tastatur',
    sheetKeys: [
      {
        title: 'Im Blatt',
        keys: [
          ['Pfeiltasten', 'Eine Zelle weiter'],
          ['Strg+Pfeil', 'Zum Rand eines Blocks'],
          ['Umschalt+Pfeil', 'Markierung erweitern'],
          ['Bild auf, Bild ab', 'Einen Bildschirm weiter'],
          ['Strg+Pos1, Strg+Ende', 'Zur ersten Zelle, zur letzten benutzten Zelle'],
          ['Pos1, Ende', 'Zum Anfang und zum Ende der Zeile'],
          ['Strg+Leertaste, Umschalt+Leertaste', 'Spalten, Zeilen markieren'],
          ['Strg+Klick', 'Einen weiteren Bereich markieren'],
          ['Eingabe, Tab', 'Nach unten, nach rechts; mit Umschalt zurück. Nach Tab geht Eingabe zum Anfang zurück'],
          ['Strg+Bild auf, Strg+Bild ab', 'Zum Blatt davor, zum nächsten'],
          [
            'Strg+Plus, Strg+Minus',
            'Auf eigenen Blättern: Zeilen oder Spalten einfügen, löschen. Mit Alt überall: zoomen',
          ],
          ['F4', 'Den letzten Befehl auf das anwenden, was jetzt markiert ist'],
          [
            'F2',
            'Zeigen oder bearbeiten, was in der Zelle steht; erneut: Pfeile geben ein, statt den Cursor zu bewegen',
          ],
          ['Strg+Eingabe', 'Das Getippte in alle markierten Zellen eingeben'],
          ['F5', 'Zu einer Zelle, einer Schicht oder einem Tensor gehen'],
          ['Entf', 'Parameter und Pixel auf 0 setzen'],
          ['Esc', 'Die Zelle lassen, wie sie war'],
        ],
      },
      {
        title: 'Beim Tippen einer Formel',
        keys: [
          ['Klick, Pfeiltasten', 'Auf Zellen zeigen; mit Umschalt ein Bereich, mit Strg noch einer'],
          ['F4', 'Den Verweis festhalten: $A$1, A$1, $A1'],
          ['Tab', 'Die gewählte Funktion oder den Namen übernehmen'],
        ],
      },
      {
        title: 'Rundherum',
        keys: [
          ['F10 oder Alt', 'Zum Menü'],
          ['Tab, Umschalt+Tab', 'Durch die Bereiche außerhalb des Blatts'],
          ['Strg+F6', 'Zum nächsten Teil des Fensters'],
        ],
      },
    ],
    aboutTitle: 'ConvSheet',
    aboutWhat: 'Ein neuronales Faltungsnetz, das man wie eine Tabelle lesen, bearbeiten und trainieren kann.',
    licences: 'Lizenzen',
    licenceLines: [
      'Der eigene Code von ConvSheet: MIT.',
      'Handsontable und HyperFormula: nicht kommerzielle Lizenz 4.0 von Handsoncode. Frei zum Lernen, Lehren und ' +
        'Forschen; Unternehmen und Einrichtungen brauchen nach 45 Tagen Erprobung eine eigene Lizenz, und der ' +
        'Einsatz bei Behörden gilt als kommerziell. Die Lizenz liegt ConvSheet bei.',
      'TensorFlow.js und sharp: Apache 2.0. libvips, das Bilder liest: LGPL 3.0 oder neuer. D3: ISC. Valibot und ws: ' +
        'MIT.',
      'MNIST-Ziffern von Yann LeCun und Corinna Cortes: CC BY-SA 3.0.',
      'Roboto Condensed, die Schrift der Zahlen, von Google: OFL 1.1.',
    ],
  },
};
