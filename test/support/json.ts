import fc from 'fast-check'

/** The same value with 0 in the place of -0, which JSON does not have. */
export const positiveZero = (value: unknown): unknown => {
  if (typeof value === 'number') return value + 0
  if (Array.isArray(value)) return value.map(positiveZero)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, each]) => [key, positiveZero(each)] as const)
  return Object.fromEntries(entries)
}

/** Values that JSON can hold, as it gives them back. */
export const storedJson: fc.Arbitrary<unknown> = fc.jsonValue().map(positiveZero)
