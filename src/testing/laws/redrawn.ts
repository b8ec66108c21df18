/**
 * Arbitraries that cache what they drew: drawing walks costs more than testing laws on them, and several
 * passes draw the same walks.

 */
import type { Arbitrary, Random } from 'fast-check'
import { Value } from 'fast-check'

/** Values by the state of the random numbers that they were drawn from. */
export type RedrawnValues<A> = Map<string, Value<A>>

/**
 * Gives the same value for the same random numbers without drawing it again, if there was time to draw it.
 * Without it, the laws of orders take 15 % longer.
 * It takes no numbers the second time, so it has to be drawn `apart`. Shrinking may use up an arbitrary's
 * context: then everything is drawn anew.
 */
export const redrawn = <A>(
  values: RedrawnValues<A>,
  arbitrary: Arbitrary<A>,
  late: () => boolean,
): Arbitrary<A> => {
  const drawing = generating(arbitrary, (random, bias) => {
    const key = JSON.stringify(random.getState())
    const known = values.get(key)
    if (known !== undefined) return known
    const value = arbitrary.generate(random, bias)
    if (!late()) values.set(key, value)
    return value
  })
  const shrink = (value: A, context: unknown) => {
    values.clear()
    return arbitrary.shrink(value, context)
  }
  return Object.assign(drawing, { shrink })
}

/** Draws only empty lists once the time is up and something was drawn, since they are not tested any more. */
export const untilLate = <A>(
  arbitrary: Arbitrary<ReadonlyArray<A>>,
  late: () => boolean,
): Arbitrary<ReadonlyArray<A>> => {
  let begun = false
  return generating(arbitrary, (random, bias) => {
    if (begun && late()) return new Value<ReadonlyArray<A>>([], undefined)
    begun = true
    return arbitrary.generate(random, bias)
  })
}

/** More random numbers than any of the values takes that are drawn together, except the last. */
const mostNumbers = 2_048

/**
 * Draws from random numbers far ahead of those of the other values, and leaves theirs alone. So the other
 * values are the same, however many numbers this one needs.
 */
export const apart = <A>(arbitrary: Arbitrary<A>, others: number): Arbitrary<A> =>
  generating(arbitrary, (random, bias) => {
    const ahead = random.clone()
    for (let i = 0; i < mostNumbers * others; i++) ahead.nextInt()
    return arbitrary.generate(ahead, bias)
  })

const generating = <A>(
  arbitrary: Arbitrary<A>,
  generate: (random: Random, bias: number | undefined) => Value<A>,
): Arbitrary<A> =>
  // an arbitrary is three functions, and methods derived from them
  Object.assign(
    arbitrary.map((value) => value),
    {
      generate,
      canShrinkWithoutContext: (value: unknown): value is A =>
        arbitrary.canShrinkWithoutContext(value),
      shrink: (value: A, context: unknown) => arbitrary.shrink(value, context),
    },
  )
