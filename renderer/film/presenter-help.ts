/** The card with the keys of a presentation. */
import { messages } from '../../shared/messages.ts';
import { element, iconButton } from '../core/element.ts';
import { readable } from '../core/accelerators.ts';
import type { State } from '../core/store.ts';
import { ACT_KEYS } from './presenter-keys.ts';

type Row = readonly [keys: string, meaning: string];

/** `what`: over a sheet the letters need Alt. */
export function presenterHelp(
  what: 'scenes' | 'sheet',
  platform: State['capabilities']['platform'],
  close: () => void,
): HTMLElement {
  const { help, keyNames } = messages.present;
  const over = (letter: string) => (what === 'sheet' ? readable(`Alt+${letter}`, platform) : letter);
  const act = (...acts: (keyof typeof ACT_KEYS)[]) => acts.map(each => over(ACT_KEYS[each])).join(', ');
  const go: Row[] =
    what === 'scenes'
      ? [
          [keyNames.next, help.next],
          [keyNames.back, help.back],
          [keyNames.firstLast, help.firstLast],
          [keyNames.number, help.number],
          ['P, R', help.pause],
        ]
      : [
          [readable('CmdOrCtrl+Shift+F', platform), help.fold],
          ['', help.edit],
        ];
  const show: Row[] = [
    [act('spotlight'), help.spotlight],
    [act('laser'), help.laser],
    [act('pen'), help.pen],
    [act('colour', 'fade'), help.penMore],
    [act('undo', 'clear'), help.penLess],
    [act('zoom'), help.zoom],
    [what === 'scenes' ? keyNames.pointer : `Alt+${keyNames.pointer}`, help.pointer],
  ];
  const more: Row[] = [
    [`${over('B')}, ${over('W')}`, help.covers],
    [act('keys'), help.keys],
    [act('contrast'), help.contrast],
    ...(what === 'scenes' ? [[act('voice'), help.voice] as Row] : []),
    [act('notes'), help.notes],
    ['F11', help.fullScreen],
    [keyNames.escape, help.leave],
  ];
  const table = (title: string, rows: readonly Row[]) =>
    element(
      'section',
      {},
      element('h3', {}, title),
      element(
        'dl',
        {},
        ...rows.flatMap(([keys, meaning]) => [element('dt', {}, element('kbd', {}, keys)), element('dd', {}, meaning)]),
      ),
    );
  const { go: scenes, show: picture, more: others } = help.groups;
  return element(
    'section',
    { class: 'presenter-help', 'aria-label': help.title, tabindex: -1 },
    element('header', {}, element('h2', {}, help.title), iconButton('close', help.close, close)),
    element(
      'div',
      { class: 'keys' },
      table(what === 'scenes' ? scenes : messages.grid.name, go),
      table(picture, show),
      table(others, more),
    ),
  );
}
