import { expect, test, vi } from 'vitest';
import { tellMemory } from './memory.ts';

test('Each window is told the memory once, and again when it has changed by a hundredth', () => {
  vi.useFakeTimers();
  try {
    let bytes = 200_000_000;
    const clients = new Set([1]);
    const told: string[] = [];
    tellMemory(
      () => bytes,
      clients,
      (now, client) => told.push(`${now} to ${client}`),
    );
    const look = () => {
      vi.advanceTimersByTime(1000);
      return told.splice(0);
    };
    expect(look()).toEqual(['200000000 to 1']);
    bytes = 201_900_000;
    expect(look()).toEqual([]);
    clients.add(2);
    expect(look()).toEqual(['201900000 to 2']);
    bytes = 203_000_000;
    expect(look()).toEqual(['203000000 to 1']);
    bytes = 190_000_000;
    expect(look()).toEqual(['190000000 to 1', '190000000 to 2']);
    clients.delete(1);
    expect(look()).toEqual([]);
    clients.add(1);
    expect(look()).toEqual(['190000000 to 1']);
  } finally {
    vi.useRealTimers();
  }
});
