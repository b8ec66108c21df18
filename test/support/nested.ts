// Values nested to any depth.

export const nest = (
  levels: number,
  inner: unknown,
  within: (under: unknown) => unknown = (under) => ({ under }),
) => Array.from({ length: levels }).reduce(within, inner)

/** Ways to put a value one level further down. */
export const levelled: ReadonlyArray<[string, (under: unknown) => unknown]> = [
  ['objects', (under) => ({ under })],
  ['arrays', (under) => [under]],
  ['values of maps', (under) => new Map([['under', under]])],
  ['keys of maps', (under) => new Map([[under, 1]])],
  ['members of sets', (under) => new Set([under])],
]
