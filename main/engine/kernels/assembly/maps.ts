/** Maps in memory: float32 numbers, row-major. */

/** Bytes of one number. */
export const NUMBER: usize = 4;

/** How many rows or columns a padded map needs so that every window lies inside. */
export function paddedSize(size: i32, padBefore: i32, outputs: i32, window: i32, stride: i32): i32 {
  return max(size + padBefore, (outputs - 1) * stride + window);
}

/** [rows,columns] → [columns,rows]. The rows begin `step` bytes apart. */
export function transpose(from: usize, step: usize, to: usize, rows: i32, columns: i32): void {
  for (let column = 0; column < columns; column++) {
    let source = from + (column as usize) * NUMBER;
    for (let row = 0; row < rows; row++) {
      store<f32>(to, load<f32>(source));
      source += step;
      to += NUMBER;
    }
  }
}

/** Whether windows are copied one after the other before they are read, because their segments are short. */
export function isGathered(segment: i32, kernelHeight: i32): bool {
  return segment < 16 && kernelHeight > 1;
}

/** Copies the segments of a window, which begin `step` bytes apart, one after the other. Unless it is `exact`, up to
 *  three numbers past the end of each segment are read and written, too. */
export function copyWindow(from: usize, step: usize, to: usize, segment: i32, rows: i32, exact: bool): void {
  const bytes = (segment as usize) * NUMBER;
  for (; rows > 0; rows--) {
    if (exact) memory.copy(to, from, bytes);
    else for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
    from += step;
    to += bytes;
  }
}

/** Copies rows of `bytes` bytes. The next row begins `fromStep` or `toStep` bytes later. */
export function copyRows(from: usize, fromStep: usize, to: usize, toStep: usize, bytes: usize, rows: i32): void {
  for (let row = 0; row < rows; row++) {
    memory.copy(to, from, bytes);
    from += fromStep;
    to += toStep;
  }
}
