/** Writes models in ONNX's format: a protobuf message. Only the few fields that a graph of plain operators needs are
 *  known. Source: github.com/onnx/onnx/blob/main/onnx/onnx.proto */

/** Integers are bigints, floats numbers. */
export type Attribute = bigint | number | string | readonly bigint[];

export type Node = {
  operator: string;
  /** The set of operators that it belongs to: '' for ONNX's own. */
  domain: string;
  /** Names of values. An empty name stands for an input that is left out. */
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
};

/** A value that goes in or out: float32 of this shape. */
export type Port = { name: string; shape: readonly number[] };

export type Constant = { name: string; shape: readonly number[]; values: Float32Array | BigInt64Array };

export type Model = {
  inputs: readonly Port[];
  outputs: readonly Port[];
  constants: readonly Constant[];
  nodes: readonly Node[];
};

/** The versions of the format and of the sets of operators. ONNX Runtime 1.20 and newer know them. */
const IR_VERSION = 10;
const OPERATORS: readonly (readonly [domain: string, version: number])[] = [
  ['', 21],
  ['com.microsoft', 1],
  ['com.microsoft.nchwc', 1],
];

const [FLOAT, INT64] = [1, 7];
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };
const text = new TextEncoder();

/** Collects the fields of a message, each with its number. */
type Writer = {
  int(field: number, value: number | bigint): void;
  float(field: number, value: number): void;
  bytes(field: number, value: Uint8Array): void;
  string(field: number, value: string): void;
  message(field: number, write: (inner: Writer) => void): void;
  finish(): Uint8Array;
};

function createWriter(): Writer {
  const bytes: number[] = [];
  /** Long pieces are kept apart, so that they are copied once. */
  const pieces: Uint8Array[] = [];
  const varint = (value: number | bigint) => {
    let left = BigInt.asUintN(64, BigInt(value));
    for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
    bytes.push(Number(left));
  };
  const writer: Writer = {
    int(field, value) {
      varint(field * 8);
      varint(value);
    },
    float(field, value) {
      varint(field * 8 + 5);
      bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
    },
    bytes(field, value) {
      varint(field * 8 + 2);
      varint(value.length);
      pieces.push(Uint8Array.from(bytes), value);
      bytes.length = 0;
    },
    string: (field, value) => writer.bytes(field, text.encode(value)),
    message(field, write) {
      const inner = createWriter();
      write(inner);
      writer.bytes(field, inner.finish());
    },
    finish: () => new Uint8Array(Buffer.concat([...pieces, Uint8Array.from(bytes)])),
  };
  return writer;
}

export function encodeModel({ inputs, outputs, constants, nodes }: Model): Uint8Array {
  const model = createWriter();
  model.int(1, IR_VERSION);
  model.message(7, graph => {
    for (const node of nodes) graph.message(1, inner => writeNode(inner, node));
    graph.string(2, 'network');
    for (const constant of constants) graph.message(5, inner => writeConstant(inner, constant));
    for (const port of inputs) graph.message(11, inner => writePort(inner, port));
    for (const port of outputs) graph.message(12, inner => writePort(inner, port));
  });
  for (const [domain, version] of OPERATORS)
    model.message(8, operators => {
      operators.string(1, domain);
      operators.int(2, version);
    });
  return model.finish();
}

function writeNode(writer: Writer, { operator, domain, inputs, outputs, attributes }: Node): void {
  for (const name of inputs) writer.string(1, name);
  for (const name of outputs) writer.string(2, name);
  // The name shows where a profile or an error comes from.
  writer.string(3, outputs[0]);
  writer.string(4, operator);
  for (const [name, value] of Object.entries(attributes))
    writer.message(5, attribute => writeAttribute(attribute, name, value));
  writer.string(7, domain);
}

function writeAttribute(writer: Writer, name: string, value: Attribute): void {
  writer.string(1, name);
  if (typeof value === 'number') {
    writer.float(2, value);
    writer.int(20, ATTRIBUTE.float);
  } else if (typeof value === 'bigint') {
    writer.int(3, value);
    writer.int(20, ATTRIBUTE.int);
  } else if (typeof value === 'string') {
    writer.string(4, value);
    writer.int(20, ATTRIBUTE.string);
  } else {
    for (const each of value) writer.int(8, each);
    writer.int(20, ATTRIBUTE.ints);
  }
}

function writeConstant(writer: Writer, { name, shape, values }: Constant): void {
  for (const size of shape) writer.int(1, size);
  writer.int(2, values instanceof Float32Array ? FLOAT : INT64);
  writer.string(8, name);
  writer.bytes(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

function writePort(writer: Writer, { name, shape }: Port): void {
  writer.string(1, name);
  writer.message(2, type =>
    type.message(1, tensor => {
      tensor.int(1, FLOAT);
      tensor.message(2, sizes => {
        for (const size of shape) sizes.message(1, dimension => dimension.int(1, size));
      });
    }),
  );
}
