/** Words of the sheets that teach. A name is also that of the sheet's tab, so it has at most 31 characters. */
export const teachingMessages = {
  title: 'Sheets That Teach',
  yours: 'Numbers in bold are yours to change: whatever follows from them changes at once.',
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
    about: 'One weight of the network, live, and ten gradients. Each row is a step, with the formulas of training.',
    adam: 'Momentum keeps a part of its last move. RMSProp divides by the size of recent gradients. Adam does both.',
    weight: 'weight',
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
