import { whole } from '../format.ts';

/** Words of the sheets that teach. A name is also that of the sheet's tab, so it has at most 31 characters. */
export const teachingMessages = {
  title: 'Sheets That Teach',
  yours: 'Numbers in bold are yours to change: whatever follows from them changes at once.',
  step: {
    title: 'Take This Step',
    how: 'Explain > Take This Step gives the network’s weight the number of the selected cell.',
    label: 'a step of an optimizer',
    noWeight: 'This sheet is about no weight of the network. Begin on the sheet Optimizers or Backpropagation.',
    noNumber: 'Select the number that the weight is to get, such as its value after a step.',
    done: (weight: string) => `${weight} has taken the step. Undo takes it back.`,
  },
  kernels: {
    name: 'What a Kernel Does',
    about:
      'On the left is the network’s image, live. Each block beside it has a kernel, 3 × 3 numbers, and what the ' +
      'kernel makes of the image.',
    result:
      'A cell of a result is the sum of 9 pixels, each times the kernel’s number in the same place. Select one and ' +
      'read its formula.',
    image: 'The image',
    names: {
      edge: 'Edge',
      blur: 'Blur',
      sharpen: 'Sharpen',
      emboss: 'Emboss',
      sobel: 'Sobel',
      own: 'Your own (this one changes nothing)',
    },
    tooSmall: (height: number, width: number) =>
      `The image has ${height} × ${width} pixels, and a kernel needs at least 3 × 3.`,
  },
  softmax: {
    name: 'Softmax and Its Friends',
    about:
      'The outputs come live from the network. exp makes each of them positive, and divided by their sum they are ' +
      'probabilities.',
    why:
      'The largest output is subtracted first. That changes no probability, because it divides all of them alike, ' +
      'but it keeps exp small.',
    headings: {
      class: 'class',
      output: 'output',
      shifted: 'output − max',
      exp: 'exp',
      softmax: 'softmax',
      expected: 'expected',
      loss: 'cross-entropy',
      sigmoid: 'sigmoid',
    },
    largest: 'largest',
    sum: 'sum',
    loss: 'Cross-entropy is −expected · ln(softmax), added up. It is 0 where no class is expected.',
    sigmoid:
      'Softmax likes to pick one class. If an image may have several labels, use sigmoid: each class has a ' +
      'probability of its own.',
    whatIf: { title: 'What if …', change: 'change', output: 'new output', before: 'difference' },
    rules: 'The rules of the logarithm',
    losses: { title: 'What a loss says', probability: 'probability', loss: '−ln' },
    none: 'The network doesn’t end in a softmax layer, so there are no outputs and probabilities to show.',
  },
  backprop: {
    name: 'Backpropagation',
    about:
      'From the loss back to a weight, live: choose it in bold below. A gradient says how much the loss grows with a ' +
      'number. Each is made of the gradients of what reads the number, from left to right.',
    chain:
      'That is the chain rule: the gradient of what comes after, times how much it grows with this number. Where ' +
      'several read it, their shares add up.',
    blank: 'All is 0 where no class is expected: then type 1 for a class in the network’s column “actual”.',
    loss: 'loss, the sum of the cross-entropy',
    row: (rows: number) => `row of the weight, 1 to ${whole(rows)}`,
    column: (columns: number) => `its column, 1 to ${whole(columns)}`,
    weight: 'weight',
    gradient: 'gradient of the loss by it',
    rate: 'learning rate',
    next: 'weight after a step of gradient descent',
    expected: 'loss then, about',
    map: (layer: string, map: number) => `${layer} · map ${whole(map)}`,
    rules: {
      softmax: () => 'probability · sum of expected − expected',
      labels: () => '(probability − expected) / number of labels',
      dense: (layer: string) => `gradients of ${layer} · weights, added up`,
      relu: (layer: string) => `the gradient of ${layer} where the input is above 0`,
      maxPool2d: (layer: string) => `the gradient of ${layer} for the first largest of each window`,
      averagePool2d: (layer: string) => `the same share of the gradient of ${layer} for each cell of a window`,
      conv2d: (layer: string) => `gradients of ${layer} · the weights that each met`,
      add: (layer: string) => `the gradient of ${layer}, unchanged`,
      dropout: (layer: string) => `the gradient of ${layer}, unchanged outside training`,
    },
    weights: {
      kernels: (layer: string) => `the input that each weight meets · gradients of ${layer}, added up`,
      units: (layer: string) => `input · gradient of ${layer}`,
      others: (layer: string) => `what it does in ${layer} · gradients of ${layer}, added up`,
    },
    slope: (layer: string) => `gradient of ${layer} · slope of ${layer}`,
    several: (layers: readonly string[]) => `what ${layers.join(' and ')} hand back, added up`,
    none: 'No weight of this network has a chain back from the loss that fits on a sheet.',
  },
  line: {
    name: 'SGD from Random Numbers',
    about:
      'A line a · x + b is to go through the points on the left. Each row is a step: it looks at one point, and ' +
      'moves a and b a little against their gradients.',
    start:
      'a and b begin at random numbers. “Recalculate random numbers and times” in the menu Sheet (Shift+F9) draws ' +
      'others.',
    rate: 'learning rate',
    a: 'a at the beginning',
    b: 'b at the beginning',
    lastA: 'a at the end',
    lastB: 'b at the end',
    lastLoss: 'loss at the end',
    headings: {
      step: 'step',
      error: 'error',
      loss: 'error²',
      gradientA: 'gradient of a',
      gradientB: 'gradient of b',
      tried: 'of a, by trying',
      all: 'loss of all points',
    },
  },
  optimizers: {
    name: 'Optimizers',
    about:
      'One weight of the network takes ten steps with each optimizer. A row is a step, with the formulas of training.',
    adam: 'Momentum keeps a part of its last move. RMSProp divides by the size of recent gradients. Adam does both.',
    made: [
      'The gradients are made up: with a data set for training, they are its own.',
      'The weight is live: if the network’s weight takes a step, the rows begin there.',
    ],
    real: [
      'The gradients are real: each comes from a batch of 16 images, at the weight of the row above; all others stay.',
      'If you change a number, the gradients don’t follow: for those of the new numbers, make the sheet anew.',
    ],
    now: 'in the network now',
    finding: 'Finding gradients',
    weight: 'weight at first',
    rate: 'learning rate',
    momentum: 'momentum',
    headings: {
      step: 'step',
      gradient: 'gradient',
      weight: 'weight',
      move: 'move',
      squares: 'mean square',
      mean: 'mean gradient',
      rate: 'corrected rate',
    },
  },
} as const;
