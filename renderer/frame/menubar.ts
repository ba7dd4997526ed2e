import type { MenuCommand, MenuFolder } from '../../shared/menu.ts';
import { messages } from '../../shared/messages.ts';
import type { Capabilities } from '../../shared/protocol.ts';
import { destroyAll, element, giveFocusBack } from '../core/element.ts';
import type { View } from '../core/store.ts';
import { moveInMenu, type OpenMenu, openMenu } from '../parts/menu.ts';

/** The menu as a bar in the page, for shells without a native one. Alt or F10 moves the keyboard there and back.
 *  `template` is called whenever a menu opens. */
export function createMenubar(
  parent: Element,
  template: () => MenuFolder[],
  platform: Capabilities['platform'],
  run: (command: MenuCommand) => void,
): View {
  const root = element('div', { class: 'menubar-items', role: 'menubar', 'aria-label': messages.panels.menubar });
  const labels = template().map(({ label }) => label);
  let open: { index: number; menu: OpenMenu } | undefined;
  /** The element that had the focus before. */
  let before: HTMLElement | undefined;

  const buttons = labels.map((label, index) => {
    const button = element(
      'button',
      { type: 'button', role: 'menuitem', 'aria-haspopup': 'menu', 'aria-expanded': false, tabindex: index ? -1 : 0 },
      label,
    );
    button.addEventListener('click', () => {
      if (open?.index === index) open.menu.close();
      else show(index, 'none');
    });
    button.addEventListener('pointerenter', () => open && open.index !== index && show(index, 'none'));
    return button;
  });
  root.append(...buttons);

  const focusAt = (index: number) => {
    for (const [i, button] of buttons.entries()) button.tabIndex = i === index ? 0 : -1;
    buttons[index].focus();
  };
  let switching = false;
  const leave = () => {
    giveFocusBack(before);
    before = undefined;
  };
  const show = (index: number, focus: 'first' | 'last' | 'none') => {
    switching = true;
    open?.menu.close();
    switching = false;
    focusAt(index);
    buttons[index].setAttribute('aria-expanded', 'true');
    const menu = openMenu(template()[index].items, buttons[index], {
      label: labels[index],
      platform,
      side: 'below',
      focus,
      run,
      onClose(keyboard) {
        buttons[index].setAttribute('aria-expanded', 'false');
        open = undefined;
        if (keyboard) focusAt(index);
        else if (!switching) leave();
      },
      onSideways: step => show((index + step + buttons.length) % buttons.length, 'first'),
    });
    open = { index, menu };
  };

  root.addEventListener('focusin', event => {
    const from = event.relatedTarget;
    if (from instanceof HTMLElement && !root.contains(from) && !from.closest('.menu')) before = from;
  });
  root.addEventListener('keydown', event => {
    const index = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowDown' || event.key === 'Enter' || event.key === ' ') show(index, 'first');
    else if (event.key === 'ArrowUp') show(index, 'last');
    else if (event.key === 'Escape') leave();
    else {
      const to = moveInMenu(event.key, index, labels, 'horizontal');
      if (to === undefined) return;
      focusAt(to);
    }
    event.preventDefault();
    event.stopPropagation();
  });

  // Alt counts if it is released without another key in between. On a Mac it types characters.
  let altAlone = false;
  const onKeyDown = (event: KeyboardEvent) => {
    altAlone = event.key === 'Alt' && !event.ctrlKey && !event.shiftKey && !event.metaKey;
    if (event.key === 'F10' && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      toggle();
    }
  };
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key !== 'Alt' || !altAlone || platform === 'mac') return;
    event.preventDefault();
    toggle();
  };
  const toggle = () => {
    if (root.contains(document.activeElement)) leave();
    else focusAt(0);
  };
  const onPress = () => (altAlone = false);
  // After Alt+Tab, the window only sees Alt being released.
  window.addEventListener('blur', onPress);
  document.addEventListener('keydown', onKeyDown, true);
  document.addEventListener('keyup', onKeyUp, true);
  document.addEventListener('pointerdown', onPress, true);

  parent.append(root);
  return destroyAll(root, [
    () => open?.menu.close(),
    () => document.removeEventListener('keydown', onKeyDown, true),
    () => document.removeEventListener('keyup', onKeyUp, true),
    () => document.removeEventListener('pointerdown', onPress, true),
    () => window.removeEventListener('blur', onPress),
  ]);
}
