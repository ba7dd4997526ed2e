/** How each task of the lessons that come along is solved: the tests do this, and the story of the tour by keys. */
export type Action =
  /** Types a text into each of these cells. */
  | { type: string; into: string }
  /** Selects these cells, and presses Delete if that is asked for. */
  | { select: string; clear?: true }
  /** So many times Ctrl+Z. */
  | { undo: number }
  /** Chooses a command. */
  | { command: string }
  /** Trains for a moment. */
  | { train: true };

const type = (into: string, text: string): Action => ({ type: text, into });
const go = (select: string): Action => ({ select });
const clear = (select: string): Action => ({ select, clear: true });
const undo: Action = { undo: 1 };
const command = (id: string): Action => ({ command: id });

/** By the lesson's id: what solves the task of each step. An empty list: the step has no task. */
export const solutions: Readonly<Record<string, readonly (readonly Action[])[]>> = {
  pixels: [[go('H10')], [type('E5', '1')], [type('E6', '0.5')], [clear('G9:V12')], [undo]],
  'pixel-de': [[go('H10')], [type('E5', '1')], [type('E6', '0.5')], [clear('G9:V12')], [undo]],
  filter: [
    [go('AQ11')],
    [type('C32', '=SUM(J10:L10)-SUM(J12:L12)')],
    [type('C33', '=MAX(AH3:BG28)')],
    [go('AQ11'), command('explain.scan')],
  ],
  'own-filter': [
    [type('AD11:AF13', '0.1')],
    [type('AD11:AD13', '1'), type('AE11:AE13', '0'), type('AF11:AF13', '-1')],
    [clear('AD11:AF13'), type('AE12', '1')],
    [type('AD11:AF13', '1')],
    [],
  ],
  relu: [
    [go('AQ9')],
    [type('C32', '=COUNTIF(AH3:BG28,"<0")')],
    [type('AD15', '4')],
    [type('AD15', '-5')],
    [undo, undo],
  ],
  pooling: [[go('EE14')], [type('EF15', '9')], [clear('EF15')], [type('C32', '144')], []],
  channels: [
    [go('DH11')],
    [type('C32', '=SUMPRODUCT(CC39:CE41,CJ15:CL17)')],
    [type('C33', '=SUMPRODUCT(CC10:CE12,CJ11:CL13)+C32+CJ19')],
    [clear('CJ15:CL17')],
    [undo],
  ],
  templates: [
    [go('EF5')],
    [go('KH5')],
    [type('C32', '=MAX(KH5:KH30)-LARGE(KH5:KH30,2)')],
    [command('explain.means')],
    [undo],
  ],
  softmax: [
    [go('GA11')],
    [type('C32', '=EXP(-1)')],
    [type('C33', '=SUM(GE4:GE13)')],
    [type('FZ5', '40')],
    [type('FZ5', '29.5')],
  ],
  loss: [[go('GG11')], [type('FZ5', '29')], [type('C32', '=-LN(GE11)')], [type('FZ5', '40')], [type('FZ5', '1')]],
  'one-step': [
    [type('FZ5', '32')],
    [type('FZ5', '31.9')],
    [type('C32', '=GE5-GF5')],
    [type('FZ5', '31')],
    [type('FZ5', '26')],
    [],
  ],
  training: [[command('train.reset')], [{ train: true }], [command('train.evaluate')], [undo]],
  learned: [
    [go('GE11'), command('explain.cell')],
    [clear('J24:P28')],
    [clear('G9:V12'), clear('R13:U18')],
    [command('network.onlyWrong'), command('network.nextDigit')],
    [],
  ],
};
