import { afterEach, expect, test, vi } from 'vitest';
import { followPointer } from './follow-pointer.ts';

afterEach(() => vi.unstubAllGlobals());

/** A window that hears these events, and what a drag is told of them. */
function pressed(far?: number) {
  const page = new EventTarget();
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  const told: string[] = [];
  const of = (type: string, more: object) =>
    Object.assign(new Event(type, { cancelable: true }), { pointerId: 1, clientX: 0, clientY: 0, ...more });
  const press = of('pointerdown', { clientX: 10, clientY: 10 }) as unknown as PointerEvent;
  followPointer(press, {
    ...(far !== undefined && { far }),
    move: ({ clientX }) => void told.push(`move ${clientX}`),
    end: dropped => void told.push(dropped ? `drop ${dropped.clientX}` : 'end'),
  });
  return {
    told,
    send: (type: string, more: object = {}) => {
      const event = of(type, more);
      page.dispatchEvent(event);
      return event;
    },
  };
}

test('a press becomes a drag when the pointer has gone far enough, and ends where it is released', () => {
  const { told, send } = pressed(5);
  send('pointermove', { clientX: 12, clientY: 12 });
  send('pointermove', { clientX: 50, clientY: 10, pointerId: 2 });
  send('pointermove', { clientX: 14, clientY: 13 });
  send('pointermove', { clientX: 11, clientY: 10 });
  send('pointerup', { clientX: 30, pointerId: 2 });
  send('pointerup', { clientX: 40 });
  send('pointermove', { clientX: 60 });
  expect(told).toEqual(['move 14', 'move 11', 'drop 40']);
});

test('a press that isn’t dragged drops nothing', () => {
  const { told, send } = pressed(5);
  send('pointermove', { clientX: 12, clientY: 10 });
  send('pointerup', { clientX: 12 });
  expect(told).toEqual(['end']);
});

test.each([
  ['Escape', 'keydown'],
  [undefined, 'pointercancel'],
])('%s %s takes a drag back, and nobody else gets the key', (key, type) => {
  const { told, send } = pressed();
  send('keydown', { key: 'a' });
  send('pointermove', { clientX: 30, clientY: 10 });
  const event = send(type, { key });
  expect(event.defaultPrevented).toBe(key === 'Escape');
  send('pointerup', { clientX: 40 });
  expect(told).toEqual(['move 30', 'end']);
});
