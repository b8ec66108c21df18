/**
 * Instants to call a decider at, if the test has a clock that can be moved: the fake `Date` of vitest,
 * jest or sinon. So a rule for Sundays, for evenings or for a year to come is found even if it reads the
 * clock through a reference that was taken earlier.

 */

const perYear = 8
const [firstYear, years] = [2000, 64]
const instantCount = years * perYear

/** From 0 to 1, the same each time: the result must not depend on the day on which tests run. */
const pseudoRandom = (n: number): number => {
  const mixed = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d)
  const more = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((more ^ (more >>> 15)) >>> 0) / 2 ** 32
}

/**
 * One instant in each eighth of each year, so that each month, weekday and hour comes up. Neighbours are
 * years apart.
 */
export const instants: ReadonlyArray<number> = Array.from({ length: instantCount }, (_, i) => {
  const atInstant = (i * 197) % instantCount
  const [from, to] = [Date.UTC(firstYear, 0), Date.UTC(firstYear + years, 0)]
  return Math.floor(from + ((atInstant + pseudoRandom(atInstant + 1)) / instantCount) * (to - from))
})

/** A fake clock that can be moved. */
interface MovableClock {
  readonly now: number
  readonly setSystemTime: (now: number) => void
}

const isMovable = (value: unknown): value is MovableClock =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'setSystemTime') === 'function' &&
  typeof Reflect.get(value, 'now') === 'number'

/** The fake clock of the test, if there is one. */
export const testClock = (): MovableClock | undefined => {
  const clock: unknown = Reflect.get(Date, 'clock')
  return isMovable(clock) ? clock : undefined
}

/** The result of `f` at an instant, if there is a clock to move. */
export const atInstant = <A>(instant: number | undefined, f: () => A): A => {
  const clock = instant === undefined ? undefined : testClock()
  if (clock === undefined || instant === undefined) return f()
  const before = clock.now
  clock.setSystemTime(instant)
  try {
    return f()
  } finally {
    clock.setSystemTime(before)
  }
}

/** The place in the list, and the instants that made a difference: failures are shrunk with these. */
let next = 0
let telling: Array<number> = []
let found = false

/** Starts the list again, so that the same seed uses the same instants. */
export const restart = (): void => {
  next = 0
  telling = []
  found = false
}

/** Reports that something was found, and at which instant, if that made the difference. */
export const tell = (instant: number | undefined): void => {
  found = true
  if (instant !== undefined && !telling.includes(instant)) telling.push(instant)
}

/** The instants to use next: one of them, or all if a known failure must be found again. */
export const instantsFor = (thorough: boolean): ReadonlyArray<number | undefined> => {
  if (testClock() === undefined) return [undefined]
  if (telling.length > 0) return telling
  if (thorough && !found) return instants
  next = (next + 1) % instantCount
  return instants.slice(next, next + 1)
}
