/** Sentences of the command line, whatever the command. */
import type { Catalogue } from '../catalogue.ts';
import { whole } from '../format.ts';

const meant = (suggestion: string | undefined, otherwise: string) =>
  suggestion ? `Meinten Sie ${suggestion}?` : otherwise;

export const commandLineMessages: Catalogue['commandLine'] = {
  unknownCommand: (command, suggestion, all) =>
    `Den Befehl ${command} gibt es nicht. ${meant(suggestion, `Zur Wahl stehen ${all}.`)}`,
  unknownLanguage: (language, all) =>
    language === ''
      ? `Hinter --lang fehlt eine Sprache: ${all}.`
      : `Die Sprache ${language} gibt es nicht. Zur Wahl stehen ${all}.`,
  unknownOption: (command, option, suggestion) =>
    `${command} hat keine Option ${option}. ${meant(suggestion, `„help ${command}“ zählt die Optionen auf.`)}`,
  stdoutFailed: reason =>
    `Die Ausgabe lässt sich nicht dorthin schreiben, wohin stdout geht (${reason}). Wählen Sie einen anderen Ort ` +
    'für sie.',
  optionNeedsValue: option => `Hinter ${option} fehlt ein Wert.`,
  optionTakesNoValue: option => `${option} hat keinen Wert. Lassen Sie weg, was hinter dem Gleichheitszeichen steht.`,
  optionTwice: option => `${option} ist zweimal angegeben. Geben Sie die Option nur einmal an.`,
  optionMissing: (command, option) => `${command} braucht ${option}. „help ${command}“ zeigt, wie.`,
  optionNeedsOption: (option, other) => `${option} braucht auch ${other}.`,
  argumentMissing: (command, what) => `${command} braucht ${what}. „help ${command}“ zeigt, wie.`,
  argumentTooMany: (command, argument) =>
    `${command} kann mit ${argument} nichts anfangen. „help ${command}“ zeigt, wie es geht.`,
  fileOrTemplate: 'eine .convsheet-Datei oder eine Vorlage',
  template: 'eine Vorlage',
  noFileOrTemplate: (source, suggestion, templates) =>
    `Es gibt weder eine Datei ${source} noch eine Vorlage dieses Namens. ` +
    meant(suggestion, `Vorlagen: ${templates}.`),
  noSheet: (option, sheet, all) => `${option}: Ein Blatt ${sheet} gibt es nicht. Die Arbeitsmappe hat ${all}.`,
  noCells: (option, text) =>
    `${option}: ${text} ist weder Zelle noch Bereich noch Element dieser Arbeitsmappe. Schreiben Sie es wie AH3, ` +
    'A1:C3, Network!AH3, conv1/kernel oder conv1/kernel[0,0,0,1].',
  tableTooLarge: (range, cells) =>
    `--cells: ${range} hat ${whole(cells)} Zellen, zu viele für eine Tabelle. Geben Sie auch --json an, oder ` +
    'wählen Sie weniger.',
  setWithoutValue: text =>
    `--set ${text} hat keinen Wert. Schreiben Sie eine Zelle oder ein Element, ein Gleichheitszeichen und eine ` +
    'Zahl oder Formel, wie in A2=1, conv1/kernel[0,0,0,1]=2 oder Notes!A1==SUM(Network!A2:C4).',
  setSeveral: target => `--set ${target} nennt mehrere Zellen. Setzen Sie mit jedem --set eine.`,
  setRefused: (target, why) => `--set ${target}: ${why}`,
  setEmpty: target =>
    `--set ${target} gibt keine Zahl an. Geben Sie eine an; leer bleiben kann nur eine richtige Klasse.`,
  exists: path => `${path} gibt es schon. Wählen Sie einen anderen Namen, oder ersetzen Sie die Datei mit --force.`,
  notConvsheet: path =>
    `${path} endet nicht auf .convsheet; andere Dateien schreibt „new“ nicht. Fügen Sie die Endung an.`,
  made: (path, bytes) => `${path}: ${whole(bytes)} Bytes`,
  unknownBenchmark: (name, suggestion, all) =>
    `Den Benchmark ${name} gibt es nicht. ${meant(suggestion, `Zur Wahl stehen ${all}.`)}`,
  defect: message => `ConvSheet ist an einem Fehler gescheitert: ${message}`,
  columns: { layer: 'Schicht', kind: 'Art', output: 'Ausgabe', columns: 'Spalten', parameters: 'Parameter' },
  predicted: (name, probability) => `erkannt: ${name} (Wahrscheinlichkeit ${probability})`,
  expected: name => `richtig: ${name}`,
  seeMore: 'Zellen: --cells AH3:AJ5 (mit --formulas); alles: --json',
  help: {
    main: commands => `ConvSheet: ein Faltungsnetz, das man wie eine Tabelle lesen, bearbeiten und trainieren kann.

Aufruf: convsheet BEFEHL …
${commands}

„help BEFEHL“ sagt mehr. Mit --lang de spricht jeder Befehl Deutsch und schreibt Zahlen deutsch; JSON bleibt englisch.
Fehler gehen nach stderr, jeder in einer Zeile. Exit-Status: 0 erledigt, 1 abgelehnt, 2 falsch geschrieben.
`,
    calc: {
      line: 'calc DATEI|VORLAGE   Werte nach dem Neuberechnen',
      text: `Aufruf: convsheet calc DATEI|VORLAGE [OPTION]…
Berechnet eine Arbeitsmappe neu, auf Wunsch nach Änderungen, und zeigt ihre Werte. Die Datei bleibt, wie sie ist.

  --set ZIEL=WERT      setzt vorher eine Zahl, eine Formel oder einen Text in eine Zelle; mehrmals möglich. ZIEL ist
                       eine Zelle (A2, Network!A2, Notes!B3) oder ein Element (conv1/kernel[0,0,0,1]). Eine Formel
                       hat ihr eigenes Gleichheitszeichen: 'Notes!A1==Network!CU12*2'. Zahlen und Formeln stehen in
                       jeder Sprache, wie man sie englisch schreibt. Ein Blatt, das es nicht gibt, entsteht
  --cells BEREICH      nur diese Zellen (AH3:AJ5, Network!AH3, conv1/kernel); mehrmals möglich
  --sheet NAME         nur dieses Blatt
  --formulas           auch die Formeln
  --tensors            Netz, Parameter und die Ausgabe jeder Schicht vollständig (mit --json)
  --json               als JSON: {"sheets":{"Network":{"A2":0.5,…}}}. Zahlen stehen vollständig da, Beschriftungen
                       als Zeichenketten, Fehler als {"error":"#NUM!"}; leere Zellen fehlen. --formulas ergänzt
                       {"formulas":{"Network":{"AH3":"=…",…}}}, --tensors {"network":…,"tensors":{"conv1/kernel":
                       {"shape":[3,3,1,2],"values":[…]},…}}, wo null für #NUM! steht

  convsheet calc lesson3 --set 'conv1/kernel[0,0,0,0]=2' --cells AH3:AJ5 --formulas
`,
    },
    new: {
      line: 'new VORLAGE|--spec DATEI.json -o DATEI   eine neue Arbeitsmappe aus Vorlage oder Beschreibung',
      text: templates => `Aufruf: convsheet new VORLAGE -o DATEI.convsheet [--force] [--json]
        convsheet new --spec DATEI.json -o DATEI.convsheet [--seed N] [--force] [--json]
Schreibt eine neue Arbeitsmappe mit dem Netz einer Vorlage oder mit einem Netz, das eine JSON-Datei beschreibt, mit
frischen Gewichten.

  -o, --output DATEI   wohin
  --spec DATEI.json    das Netz, wie calc --tensors es ausgibt, oder so kurz wie
                       {"input": [28, 28, 1], "layers": [{"kind": "conv2d", "filters": 8, "kernelSize": 3},
                       "relu", "flatten", {"kind": "dense", "units": 10}, "softmax"]}
                       Eine Schicht kann name und inputs haben (Namen von Schichten davor). Was fehlt, ist wie in
                       Keras. "classes" nennt die Klassen, "rate" einer Dropout-Schicht, wie viel sie weglässt
  --seed N             andere frische Gewichte
  --force              ersetzt DATEI, wenn es sie gibt
  --json               {"path":…,"bytes":…} statt einer Zeile Text

Vorlagen:
${templates}
`,
    },
    bench: {
      line: 'bench [NAME…]   wie schnell ConvSheet hier ist',
      text: names => `Aufruf: convsheet bench [NAME…] [--json]
Misst alle diese oder die, deren Namen angegeben sind (train: neben Keras und PyTorch, wenn
CONVSHEET_PYTHON oder python3 sie hat):

${names}

  --json               für jede eine Zeile JSON: {"name":…,"unit":…,"median":…,"p95":…,"peer":…,
                       "peerMedian":…,"ratio":…}; ein Verhältnis über 1 heißt, dass ConvSheet besser ist als peer
`,
    },
  },
};
