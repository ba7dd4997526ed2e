import type { MenuCommand, MenuNode } from '../../shared/menu.ts';
import type { Capabilities } from '../../shared/protocol.ts';
import { ariaShortcut, readable } from '../core/accelerators.ts';
import { element, giveFocusBack, icon, setAttributes } from '../core/element.ts';
import { rectOf, windowSize } from '../core/magnified.ts';

/** The item that a key moves to: arrows (with wrap-around), Home, End, or the next item that begins with a letter.
 *  undefined if the key doesn't move. Source: w3.org/WAI/ARIA/apg/patterns/menubar */
export function moveInMenu(
  key: string,
  index: number,
  labels: readonly string[],
  direction: 'vertical' | 'horizontal' = 'vertical',
): number | undefined {
  const count = labels.length;
  if (count === 0) return undefined;
  const [before, after] = direction === 'vertical' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight'];
  if (key === after) return index < 0 ? 0 : (index + 1) % count;
  if (key === before) return index < 0 ? count - 1 : (index + count - 1) % count;
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  if (key.length !== 1 || key === ' ') return undefined;
  for (let step = 1; step <= count; step++) {
    const at = (index + step + count) % count;
    if (labels[at].toLowerCase().startsWith(key.toLowerCase())) return at;
  }
  return undefined;
}

export type MenuOptions = {
  label: string;
  platform: Capabilities['platform'];
  /** On which side of its anchor the menu opens. */
  side: 'below' | 'right';
  focus: 'first' | 'last' | 'none';
  run(command: MenuCommand): void;
  /** The menu has closed. `keyboard`: by a key, so the focus should return to the anchor. */
  onClose?(keyboard: boolean): void;
  /** In a menubar: an arrow key goes to the neighbouring menu. */
  onSideways?(step: 1 | -1): void;
};
export type OpenMenu = { root: HTMLElement; close(): void };

/** Opens a menu at an anchor. A choice, Escape, Tab or a press elsewhere closes it. */
export function openMenu(nodes: readonly MenuNode[], anchor: HTMLElement, options: MenuOptions): OpenMenu {
  const root = element('div', { class: 'menu', role: 'menu', 'aria-label': options.label, tabindex: -1 });
  let child: OpenMenu | undefined;
  let childAnchor: HTMLElement | undefined;
  let closed = false;
  /** The element that had the focus before. */
  const before = document.activeElement;
  const entries = nodes.flatMap(node => {
    if (node.kind === 'separator') {
      root.append(element('div', { class: 'menu-separator', role: 'separator' }));
      return [];
    }
    const item = menuItem(node, options.platform);
    root.append(item);
    return [{ node, item }];
  });
  const items = entries.map(({ item }) => item);
  const labels = entries.map(({ node }) => node.label);

  const focusAt = (index: number) => {
    for (const [i, item] of items.entries()) item.tabIndex = i === index ? 0 : -1;
    items[index]?.focus();
  };
  const closeChild = () => {
    child?.close();
    child = undefined;
    if (childAnchor) childAnchor.setAttribute('aria-expanded', 'false');
    childAnchor = undefined;
  };
  const close = (keyboard: boolean) => {
    if (closed) return;
    closed = true;
    closeChild();
    const focused = root.contains(document.activeElement);
    root.remove();
    document.removeEventListener('pointerdown', pressElsewhere, true);
    if (focused) giveFocusBack(before);
    options.onClose?.(keyboard);
  };
  const pressElsewhere = (event: Event) => {
    const target = event.target as Element;
    // A press inside a submenu, or on the anchor, is handled there.
    if (!target.closest?.('.menu') && !anchor.contains(target)) close(false);
  };
  const openChild = (index: number, focus: 'first' | 'none') => {
    const { node, item } = entries[index];
    if (node.kind !== 'submenu' || childAnchor === item) return;
    closeChild();
    childAnchor = item;
    item.setAttribute('aria-expanded', 'true');
    child = openMenu(node.items, item, {
      ...options,
      label: node.label,
      side: 'right',
      focus,
      run: command => {
        close(false);
        options.run(command);
      },
      onClose: keyboard => {
        child = undefined;
        closeChild();
        if (keyboard) focusAt(index);
      },
      onSideways: step => {
        if (step < 0) {
          closeChild();
          focusAt(index);
        } else {
          options.onSideways?.(step);
        }
      },
    });
  };
  const choose = (index: number) => {
    const { node } = entries[index];
    if (node.kind === 'submenu') return openChild(index, 'first');
    if (node.kind !== 'command' || !node.enabled) return;
    close(false);
    options.run(node);
  };

  root.addEventListener('keydown', event => {
    const index = items.indexOf(document.activeElement as HTMLElement);
    event.stopPropagation();
    if (event.key === 'Escape' || (event.key === 'ArrowLeft' && options.side === 'right')) {
      event.preventDefault();
      close(true);
    } else if (event.key === 'Tab') {
      close(false);
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (index >= 0) choose(index);
    } else if (event.key === 'ArrowRight' && index >= 0 && entries[index].node.kind === 'submenu') {
      event.preventDefault();
      openChild(index, 'first');
    } else if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
      event.preventDefault();
      options.onSideways?.(event.key === 'ArrowRight' ? 1 : -1);
    } else if (!event.ctrlKey && !event.metaKey && !event.altKey) {
      const to = moveInMenu(event.key, index, labels);
      if (to === undefined) return;
      event.preventDefault();
      closeChild();
      focusAt(to);
    }
  });
  for (const [index, { item }] of entries.entries()) {
    item.addEventListener('pointerenter', () => {
      focusAt(index);
      if (childAnchor !== item) closeChild();
      openChild(index, 'none');
    });
    item.addEventListener('click', () => choose(index));
  }
  document.addEventListener('pointerdown', pressElsewhere, true);

  document.body.append(root);
  place(root, anchor, options.side);
  if (options.focus === 'none') root.focus();
  else focusAt(options.focus === 'first' ? 0 : items.length - 1);
  return { root, close: () => close(false) };
}

function menuItem(node: Exclude<MenuNode, { kind: 'separator' }>, platform: Capabilities['platform']): HTMLElement {
  const item = element('div', { class: 'menu-item', role: 'menuitem', tabindex: -1 });
  const mark = element('span', { class: 'menu-mark' });
  item.append(mark, element('span', { class: 'menu-label' }, node.label));
  if (node.kind === 'submenu') {
    setAttributes(item, { 'aria-haspopup': 'menu', 'aria-expanded': false });
    item.append(icon('right'));
    return item;
  }
  if (node.kind !== 'command') return item;
  if (!node.enabled) item.setAttribute('aria-disabled', 'true');
  if (node.checked !== undefined) {
    setAttributes(item, {
      role: node.radio ? 'menuitemradio' : 'menuitemcheckbox',
      'aria-checked': node.checked,
    });
    if (node.checked) mark.append(icon('check'));
  }
  if (node.accelerator) {
    item.setAttribute('aria-keyshortcuts', ariaShortcut(node.accelerator, platform));
    item.append(element('span', { class: 'menu-keys', 'aria-hidden': true }, readable(node.accelerator, platform)));
  }
  return item;
}

/** Places the menu beside its anchor, inside the window. */
function place(root: HTMLElement, anchor: HTMLElement, side: 'below' | 'right'): void {
  const at = rectOf(anchor);
  const { width, height } = rectOf(root);
  const window = windowSize();
  const margin = 4;
  let left = side === 'below' ? at.left : at.right - 2;
  let top = side === 'below' ? at.bottom + 2 : at.top - 5;
  if (left + width > window.width - margin)
    left = side === 'below' ? window.width - margin - width : at.left - width + 2;
  if (top + height > window.height - margin) top = Math.max(margin, window.height - margin - height);
  root.style.left = `${Math.max(margin, left)}px`;
  root.style.top = `${top}px`;
}

/** Makes a button open and close a menu, by a press, Enter, Space or arrow down. */
export function menuButton(
  button: HTMLElement,
  nodes: () => readonly MenuNode[],
  options: Omit<MenuOptions, 'side' | 'focus'>,
): void {
  let open: OpenMenu | undefined;
  setAttributes(button, { 'aria-haspopup': 'menu', 'aria-expanded': false });
  const show = (focus: 'first' | 'none') => {
    if (open) return open.close();
    button.setAttribute('aria-expanded', 'true');
    open = openMenu(nodes(), button, {
      ...options,
      side: 'below',
      focus,
      onClose(keyboard) {
        open = undefined;
        button.setAttribute('aria-expanded', 'false');
        options.onClose?.(keyboard);
      },
    });
  };
  button.addEventListener('click', event => show(event.detail === 0 ? 'first' : 'none'));
  button.addEventListener('keydown', event => {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    show('first');
  });
}
