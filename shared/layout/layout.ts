import type { CellAddress, CellRange } from '../address.ts';
import type { LayerId, TensorId } from '../tensor.ts';

/** Repeats a block `count` times, `pitch` rows (or columns) apart, each `stride` elements further in the tensor. */
export type Repeat = { count: number; pitch: number; stride: number };

/** A lattice of blocks of one size that show one tensor. Cell (r,c) of block (i…, j…) shows the element offset +
 *  r*rowStride + c*columnStride + Σ i*down.stride + Σ j*across.stride. It is at
 *  row + r + Σ i*down.pitch, column + c + Σ j*across.pitch. Repeats are listed from the outermost to the innermost. An
 *  outer pitch is at least as long as what it repeats, so no two blocks overlap. */
export type Region = {
  tensor: TensorId;
  row: number;
  column: number;
  height: number;
  width: number;
  offset: number;
  rowStride: number;
  columnStride: number;
  down: readonly Repeat[];
  across: readonly Repeat[];
};

/** What a band of columns shows: pixels, maps, kernels (with their biases), or vectors. */
type BandRole = 'pixels' | 'maps' | 'kernels' | 'vector';
/** Neighbouring columns that belong to one layer. `name` and `detail` are the caption in row 1: "conv1", "2 × 26×26 · 2
 *  kernels 3×3". */
export type Band = { layer: LayerId; role: BandRole; column: number; width: number; name: string; detail: string };
/** A text that the sheet shows in a cell: captions, "map 1", "kernel 2", "bias", class names. */
export type Label = CellAddress & { text: string; kind: 'caption' | 'small' };

export type ElementIndex = { tensor: TensorId; index: number };

/** Where every tensor is on the network's sheet. It is built once for a network. Cost: by the number of layers, not of
 *  cells. */
export interface Layout {
  readonly bands: readonly Band[];
  readonly regions: readonly Region[];
  /** The number of used rows and columns. */
  readonly rows: number;
  readonly columns: number;
  /** The element in a cell, in constant time. undefined for blanks and labels. */
  elementAt(row: number, column: number): ElementIndex | undefined;
  /** The cell of an element, in constant time. */
  cellOf(tensor: TensorId, index: number): CellAddress;
  labelAt(row: number, column: number): Label | undefined;
  /** Whether users may write in a cell: no element or label is there, nor does it lie between stacked blocks of one
   *  tensor with nothing else between them. A formula's range may span those, and what stands there would change its
   *  value. */
  isFree(row: number, column: number): boolean;
  /** The labels inside a range. Cost: by the range's blocks, not by the sheet. */
  labelsIn(range: CellRange): Label[];
  /** The parts of blocks inside a range, each with its view of the tensor. */
  blocksIn(range: CellRange): Block[];
}

/** An affine view of a tensor: element (r,c) is offset + r*rowStride + c*columnStride. */
export type TensorView = {
  tensor: TensorId;
  offset: number;
  height: number;
  width: number;
  rowStride: number;
  columnStride: number;
};
/** The part of one block inside a range: its cells, its view of the tensor, and the whole block. */
export type Block = CellRange & { view: TensorView; whole: CellRange; region: Region };
