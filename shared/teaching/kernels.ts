import { columnName, formatAddress, formatRange } from '../address.ts';
import { placeOf } from '../layout/sheet.ts';
import { messages } from '../messages.ts';
import { sentences } from '../messages/sentences.ts';
import { indexOf, type TensorId } from '../tensor.ts';
import { across, bold, moved, type TaughtCells, type Teacher, wide } from './taught-sheet.ts';

/** Of a larger image, a part of so many rows and columns in the middle is taken. */
const MOST = 32;
const KERNEL = 3;
/** How many results stand side by side. */
const PER_ROW = 3;
/** The row of the image's first pixels, and of the first results. Their kernels stand above them. */
const TOP = 11;
/** A result with the rows above it takes so many rows more than the result alone. */
const ABOVE = KERNEL + 3;

/** Kernels that image programs have. The last one is the reader's own. It begins as one that changes nothing. */
const KERNELS = {
  edge: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
  blur: Array<string>(9).fill('=1/9'),
  sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
  emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  sobel: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  own: [0, 0, 0, 0, 1, 0, 0, 0, 0],
} as const;
const names = ['edge', 'blur', 'sharpen', 'emboss', 'sobel', 'own'] as const;

/** The network's image, and what six kernels make of it. Of an image with several channels, their mean is taken. */
export const kernelsSheet: Teacher = (sheet, network) => {
  const tensor: TensorId = `${sheet.network.layers[0].id}/output`;
  const { shape } = sheet.tensors.get(tensor)!;
  const [height, width, channels] = shape;
  if (height < KERNEL || width < KERNEL) return { refusal: sentences.teaching.kernels.tooSmall(height, width) };
  const [rows, columns] = [Math.min(MOST, height), Math.min(MOST, width)];
  const corner = [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)];
  const pixels = Array.from({ length: channels }, (_, channel) => {
    const index = indexOf(shape, [...corner, channel])!;
    return network + formatAddress(placeOf(sheet, tensor, index));
  });
  const result = { height: rows - KERNEL + 1, width: columns - KERNEL + 1 };
  const { yours, kernels: text } = messages.teaching;

  const withKernel = (name: (typeof names)[number], i: number): TaughtCells[] => {
    const place = {
      row: TOP - 1 + Math.floor(i / PER_ROW) * (result.height + ABOVE),
      column: columns + 1 + (i % PER_ROW) * (result.width + 1),
    };
    const kernel = { row: place.row - KERNEL - 1, column: place.column, height: KERNEL, width: KERNEL };
    const patch = formatRange({ row: TOP - 1, column: 0, height: KERNEL, width: KERNEL });
    const corner = formatAddress(kernel);
    return [
      { at: moved(corner, -1, 0), content: text.names[name], looks: bold },
      ...[0, 1, 2].flatMap(row =>
        across(moved(corner, row, 0), KERNELS[name].slice(KERNEL * row, KERNEL * (row + 1)), bold),
      ),
      {
        at: formatRange({ ...place, ...result }),
        content: `=SUMPRODUCT(${patch},${formatRange(kernel, true)})`,
      },
    ];
  };
  const end = columns + PER_ROW * (result.width + 1);
  return {
    cells: [
      { at: 'A1', content: text.name, looks: bold },
      { at: 'A2', content: text.about },
      { at: 'A3', content: text.result },
      { at: 'A4', content: yours },
      { at: `A${TOP - 1}`, content: text.image, looks: bold },
      {
        at: formatRange({ row: TOP - 1, column: 0, height: rows, width: columns }),
        content: channels === 1 ? `=${pixels[0]}` : `=AVERAGE(${pixels.join(',')})`,
      },
      ...names.flatMap(withKernel),
    ],
    widths: wide(`A:${columnName(end)}`, 36),
  };
};
