type Attributes = Record<string, string | number | boolean | undefined>;
type Child = Node | string | undefined | false;

/** An element with its attributes and children. `true` gives an empty attribute; `false` and `undefined` give none,
 *  except for aria-*, where both values have a meaning. The page's security policy forbids inline styles. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, attributes);
  made.append(...children.filter(child => child !== undefined && child !== false));
  return made;
}

export function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    const aria = name.startsWith('aria-');
    if (value === undefined || (value === false && !aria)) target.removeAttribute(name);
    else target.setAttribute(name, value === true && !aria ? '' : String(value));
  }
}

/** An SVG element with its attributes. */
export function createSvg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, attributes);
  return made;
}

/** Icons on a 16-unit square, drawn with one stroke weight in the colour of the text. */
const ICONS = {
  undo: 'M6 3 3 6l3 3M3 6h6.5a3.5 3.5 0 0 1 0 7H7',
  redo: 'm10 3 3 3-3 3M13 6H6.5a3.5 3.5 0 0 0 0 7H9',
  down: 'm5 6.5 3 3 3-3',
  right: 'm6.5 5 3 3-3 3',
  fold: 'M2.5 3v10M13.5 3v10M5 8h2.5M6 6.5 7.5 8 6 9.5M11 8H8.5M10 6.5 8.5 8l1.5 1.5',
  select: 'M4 2.5 12.5 8 8.6 9 6.5 12.8z',
  brush: 'M13 3 7.2 8.8M5.9 9.3c1 .2 1.6 1 1.5 2-.2 1.5-2 2.2-4.4 1.7 1-.6 1-1.2 1.1-2 .1-1 .8-1.8 1.8-1.7Z',
  eraser: 'M6.5 13H13M8.9 3.6l3.5 3.5-5.2 5.2H5L3.2 10.5a.8.8 0 0 1 0-1.1zM6 6.5 9.5 10',
  clear: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5',
  previous: 'm10 4-4 4 4 4',
  next: 'm6 4 4 4-4 4',
  random:
    'M2.5 5h2c3.5 0 4 6 7.5 6h1.5M2.5 11h2c1.2 0 2-.8 2.6-1.8M9 6.3C9.7 5.5 10.5 5 12 5h1.5M12 3.3 13.7 5 12 6.7M12 ' +
    '9.3l1.7 1.7-1.7 1.7',
  check: 'm3.5 8.5 3 3 6-7',
  folder: 'M2.5 12.5v-9h4l1.5 2h5.5v7z',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  up: 'M8 13V4M4.5 7.5 8 4l3.5 3.5',
  edit: 'M3 13l.6-2.6L10.8 3.2a1.2 1.2 0 0 1 1.7 0l.3.3a1.2 1.2 0 0 1 0 1.7L5.6 12.4z',
  close: 'm4 4 8 8M12 4l-8 8',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  graph: 'M2 5.5h4v5H2zM10 2h4v4h-4zM10 10h4v4h-4zM6 8h2M8 4v8M8 4h2M8 12h2',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  advice: 'M8 3 14 13H2zM8 6.7v3M8 11.4v.2',
  save: 'M8 2.5v7M4.8 6.6 8 9.8l3.2-3.2M3 12.5h10',
  play: 'M5 3.2v9.6L12.5 8z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  step: 'M4.5 3.5v9l6-4.5zM12.5 3.5v9',
  stop: 'M4.5 4.5h7v7h-7z',
  marker: 'M4 2.5v11M4 3h8l-2 2.8 2 2.7H4',
  arrowDown: 'M8 3v9M4.5 8.5 8 12l3.5-3.5',
  back: 'M11.5 3.5v9l-6-4.5zM3.5 3.5v9',
  film: 'M2.5 3.5h11v9h-11zM5 3.5v9M11 3.5v9M2.5 6.5H5M2.5 9.5H5M11 6.5h2.5M11 9.5h2.5',
  sheet: 'M2.5 3h11v10h-11zM2.5 6.5h11M6.5 3v10',
  mic: 'M8 2.5a2 2 0 0 1 2 2v3a2 2 0 0 1-4 0v-3a2 2 0 0 1 2-2zM4 7.5a4 4 0 0 0 8 0M8 11.5v2.5',
  sound: 'M3 6.5h2L8 4v8L5 9.5H3zM10 6a3 3 0 0 1 0 4M11.7 4.3a5.5 5.5 0 0 1 0 7.4',
  replay: 'M4.2 5.2A5 5 0 1 1 3 8.5M4 2.5v3h3',
  spotlight:
    'M8 10.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1' +
    'M12.6 3.4l-1 1M4.4 11.6l-1 1',
  laser: 'M2 14 9.5 6.5M12 4h.01M12 1.5v.8M14.5 4h-.8M13.8 2.2l-.6.6M10.2 2.2l.6.6M13.8 5.8l-.6-.6',
  zoom: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M10.3 10.3l3.2 3.2M7 5v4M5 7h4',
  colour: 'M8 2.5c2.5 3 4 4.7 4 6.7a4 4 0 0 1-8 0c0-2 1.5-3.7 4-6.7Z',
  fade: 'M2.5 8h3M7 8h2M10.5 8h1M13 8h.5',
  keyboard: 'M2 4.5h12v7.5H2zM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5 9.7h6',
  contrast: 'M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11ZM8 2.5v11M10.5 4v8M12.5 6v4',
  notes: 'M2 3h12v8H2zM8 11v2.5M5.5 13.5h5M4.5 5.5h4M4.5 8h7',
  help: 'M8 14a6 6 0 1 0 0-12 6 6 0 0 0 0 12M6.2 6.3a1.8 1.8 0 1 1 2.6 1.6c-.5.3-.8.6-.8 1.2M8 11.4v.1',
} as const;
export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGSVGElement {
  const svg = createSvg('svg', { class: `icon icon-${name}`, viewBox: '0 0 16 16', 'aria-hidden': true });
  svg.append(createSvg('path', { d: ICONS[name] }));
  return svg;
}

/** A small button with only an icon. `label` is its name, which is also shown when the pointer rests on it. */
export function iconButton(name: IconName, label: string, press: () => void): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'button quiet small', title: label, 'aria-label': label },
    icon(name),
  );
  made.addEventListener('click', press);
  return made;
}

/** A small button with a word on it. `name`: what screen readers call it, where the word alone doesn't say enough. */
export function smallButton(word: string, press: () => void, name?: string, disabled = false): HTMLButtonElement {
  const made = element(
    'button',
    { type: 'button', class: 'button outlined small', 'aria-label': name, disabled },
    word,
  );
  made.addEventListener('click', press);
  return made;
}

/** The event that asks the sheet to take the keyboard. Focusing an element isn't enough, because the input layer has to
 *  listen to keys again. */
export const FOCUS_SHEET = 'focus-sheet';

/** Gives the focus back to what had it before a menu or dialog opened. If that is gone, as a cell is after another
 *  layout, the sheet gets it, unless something lies over the sheet. */
export function giveFocusBack(target: Element | null | undefined): void {
  const isGone = target?.isConnected === false;
  const sheet = isGone ? document.querySelector('.sheet-host') : target?.closest('.sheet-host');
  if (sheet) {
    if (!isGone || !sheet.closest('[inert]')) sheet.dispatchEvent(new Event(FOCUS_SHEET));
  } else if (target instanceof HTMLElement) target.focus();
}

/** Whether nothing that can be seen has the keyboard. The browser takes it from hidden elements only when it paints. */
export function isFocusLost(): boolean {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || !activeElement.checkVisibility();
}

/** Gives the focus to the first control of a part of the window that can take it, or to the part itself. */
export function focusFirst(part: HTMLElement): void {
  const controls = part.querySelectorAll<HTMLElement>('button, input, select, summary, [tabindex="0"]');
  const first = [...controls].find(
    control => control.tabIndex === 0 && !control.matches(':disabled') && control.checkVisibility(),
  );
  (first ?? part).focus();
}

/** Ends everything a view has started. */
export function destroyAll(root: Element, ends: readonly (() => void)[]): { destroy(): void } {
  return {
    destroy() {
      for (const end of ends) end();
      root.remove();
    },
  };
}
