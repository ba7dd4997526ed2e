import type { MathElement } from '../../shared/formula/mathematics.ts';

const NAMESPACE = 'http://www.w3.org/1998/Math/MathML';

/** MathML on the page. `colourOf` gives the number of a reference's colour. */
export function mathNode(
  { tag, attributes = {}, reference, children }: MathElement,
  colourOf: (reference: NonNullable<MathElement['reference']>) => number | undefined,
): Element {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) if (name !== 'xmlns') made.setAttribute(name, value);
  const colour = reference && colourOf(reference);
  if (colour !== undefined) made.setAttribute('class', `ref ref-${colour}`);
  made.append(...children.map(child => (typeof child === 'string' ? child : mathNode(child, colourOf))));
  return made;
}
