"""Random numbers that are the same in Python and in the tests."""

import struct


class Random:
    """The generator of shared/random.ts, sfc32, with the same numbers for the same seed."""

    def __init__(self, seed):
        self.words = [*struct.unpack("<II", struct.pack("<d", seed)), 0, 1]
        for _ in range(15):
            self.next()

    def next(self):
        a, b, c, counter = self.words
        output = (a + b + counter) % 2**32
        rotated = (c << 21 | c >> 11) % 2**32
        self.words = [b ^ b >> 9, (c + (c << 3)) % 2**32, (rotated + output) % 2**32, (counter + 1) % 2**32]
        return output

    def integer(self, bound):
        return int(self.next() / 2**32 * bound)

    def shuffle(self, items):
        for last in range(len(items) - 1, 0, -1):
            chosen = self.integer(last + 1)
            items[last], items[chosen] = items[chosen], items[last]
        return items
