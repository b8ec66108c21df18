/**
 * Values to draw from, and to try on a type of unknown structure.

 */
import fc from 'fast-check'

/**
 * Strings that break programs: blanks, names of prototypes, numbers, a lone surrogate. They shrink to the
 * first.
 */
// prettier-ignore
const oddStrings: ReadonlyArray<string> = [
  '', ' ', '0', '-1', '1e3', 'null', 'true', '__proto__', 'constructor', 'toString', 'a\0b', '\ud800',
  '\u{1F980}', 'e\u0301', "'; --", '<b>', 'line\nbreak',
]

export const stringValues: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.string() },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom(...oddStrings) },
)

/** Setting a field of this name would set the prototype, so no store keeps it. */
export const isKey = (key: string): boolean => key !== '__proto__'

export const key: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-z]{1,6}$/) },
  { weight: 1, arbitrary: stringValues.filter(isKey) },
)

// prettier-ignore
const oddNumbers: ReadonlyArray<number> = [
  0, 1, -1, 0.1, 0.5, -0.5, 100, 255, 10_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1),
  2 ** 53, 1e21, 5e-324, Number.MAX_VALUE,
]

const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)

/** Finite, and not negative zero: numbers that survive JSON. */
export const numberValues: fc.Arbitrary<number> = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -10, max: 100 }) },
  { weight: 2, arbitrary: fc.integer() },
  { weight: 2, arbitrary: double },
  { weight: 2, arbitrary: fc.constantFrom(...oddNumbers) },
)

export const bigintValues: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -10n, max: 100n }),
  fc.bigInt(),
  fc.constantFrom(0n, 2n ** 53n, 2n ** 63n, -(2n ** 63n), 2n ** 64n),
)

export const dateOfOurTime: fc.Arbitrary<Date> = fc.date({
  min: new Date('1970-01-01T00:00:00.000Z'),
  max: new Date('2100-01-01T00:00:00.000Z'),
  noInvalidDate: true,
})

export const dateValues: fc.Arbitrary<Date> = fc.oneof(
  { weight: 4, arbitrary: dateOfOurTime },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }) },
)

const pools: { json: fc.Arbitrary<unknown>; object: fc.Arbitrary<object> } = fc.letrec<{
  json: unknown
  object: object
}>((tie) => ({
  json: fc.oneof(
    { maxDepth: 2 },
    fc.constantFrom(null, true, false),
    numberValues,
    stringValues,
    fc.array(tie('json'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(key, tie('json'), {
    maxKeys: 3,
    noNullPrototype: true,
  }),
}))

/** Anything that JSON can hold. */
export const jsonValues: fc.Arbitrary<unknown> = pools.json

/** Any object that JSON can hold. */
export const objectValues: fc.Arbitrary<object> = pools.object

/** `fc.webUrl` makes a table of all of Unicode, which takes a second when this module is loaded. */
const webUrl = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    fc.domain(),
    fc.stringMatching(/^(\/[a-z0-9._~-]{0,8}){0,3}(\?[a-z]{1,6}=[a-z0-9]{0,6})?$/),
  )
  .map(([scheme, host, rest]) => `${scheme}://${host}${rest}`)

/** Common forms of strings. */
export const texts: ReadonlyArray<fc.Arbitrary<unknown>> = [
  ...[
    /^[A-Z]{2,3}$/,
    /^[a-z]{1,8}$/,
    /^[A-Z][a-z]{1,8}$/,
    /^[0-9]{1,6}$/,
    /^[1-9][0-9]{0,4}$/,
    /^-?(0|[1-9][0-9]{0,5})$/,
    /^(0|[1-9][0-9]{0,3})\.[0-9]{2}$/,
    /^[0-9a-f]{8}$/,
    /^#[0-9a-f]{6}$/,
    /^[a-z]{2,6}(-[a-z]{2,6}){0,2}$/,
    /^[A-Za-z0-9_-]{10,24}$/,
    /^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{1,2}$/,
    /^\+[1-9][0-9]{6,12}$/,
    /^[a-z]{2}(-[A-Z]{2})?$/,
    /^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$/,
  ].map((pattern) => fc.stringMatching(pattern)),
  fc.uuid(),
  fc.ulid(),
  fc.emailAddress(),
  fc.domain(),
  webUrl,
  fc.ipV4(),
  fc.base64String({ minLength: 4, maxLength: 24 }),
  dateValues.map((d) => d.toISOString()),
  dateOfOurTime.map((d) => d.toISOString().slice(0, 10)),
  fc.string({ minLength: 8, maxLength: 40 }),
]

/** Common ranges of numbers. */
export const numbers: ReadonlyArray<fc.Arbitrary<unknown>> = [
  ...(
    [
      [0, 1],
      [1, 9],
      [1, 12],
      [0, 100],
      [0, 255],
      [-100, -1],
      [0, 10_000],
      [1_000, 9_999],
      [1_900, 2_100],
      [0, 2 ** 31 - 1],
      [0, 2 ** 53 - 1],
      [1_000_000_000_000, 4_000_000_000_000],
    ] as const
  ) // prettier-ignore
    .map(([min, max]) => fc.integer({ min, max })),
  fc.constantFrom(...oddNumbers),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: -180, max: 180, noNaN: true }).map((n) => n + 0),
  double,
]

/** A quoted string in a type's name is an example: it is tried, and others of its form. */
export const examplesIn = (name: string): ReadonlyArray<fc.Arbitrary<string>> =>
  [...name.matchAll(/"([^"]{1,40})"|'([^']{1,40})'/g)].flatMap(([, double = '', single = '']) => {
    const example = double + single
    const characters = Array.from(example, likeness)
    return [fc.constant(example), fc.tuple(...characters).map((cs) => cs.join(''))]
  })

const likeness = (character: string): fc.Arbitrary<string> => {
  if (/[A-Z]/.test(character)) return fc.stringMatching(/^[A-Z]$/)
  if (/[a-z]/.test(character)) return fc.stringMatching(/^[a-z]$/)
  return /\d/.test(character) ? fc.stringMatching(/^\d$/) : fc.constant(character)
}

/** What to try on a type of unknown structure. */
export const valuesLike = (name: string): ReadonlyArray<fc.Arbitrary<unknown>> => [
  dateValues,
  bigintValues,
  numberValues,
  stringValues,
  fc.boolean(),
  fc.constantFrom(null, undefined),
  ...examplesIn(name),
  ...texts,
  ...numbers,
]

const acceptanceRuns = 100

/** Which share of a hundred values, always the same, is accepted. */
export const acceptance = (
  arbitrary: fc.Arbitrary<unknown>,
  accepts: (value: unknown) => boolean,
): number => {
  let accepted = 0
  for (const value of fc.sample(arbitrary, { numRuns: acceptanceRuns, seed: 1 })) {
    if (accepts(value)) accepted++
  }
  return accepted / acceptanceRuns
}

/** The candidates that are accepted often enough to be filtered, as one; `undefined` if there are none. */
export const pick = (
  candidates: ReadonlyArray<fc.Arbitrary<unknown>>,
  accepts: (value: unknown) => boolean,
): fc.Arbitrary<unknown> | undefined => {
  const kept = candidates.filter((candidate) => acceptance(candidate, accepts) >= 0.1)
  return kept.length === 0 ? undefined : fc.oneof(...kept).filter(accepts)
}

/** How many parts a value has, including itself. */
const partCount = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 1
  let size = 1
  for (const part of Object.values(value)) size += partCount(part)
  return size
}

/**
 * One or the smaller other, so that values have about `size` parts on average: the larger they are, the more
 * often the other is drawn.
 */
export const damped = (
  big: fc.Arbitrary<unknown>,
  smaller: fc.Arbitrary<unknown>,
  size: number,
): fc.Arbitrary<unknown> => {
  const all = fc.sample(big, { numRuns: 20, seed: 1 })
  const parts = all.reduce<number>((sum, value) => sum + partCount(value), 0)
  const weight = Math.max(1, Math.floor((100 * size * all.length) / parts))
  return weight >= 100
    ? big
    : fc.oneof({ weight: 100 - weight, arbitrary: smaller }, { weight, arbitrary: big })
}
