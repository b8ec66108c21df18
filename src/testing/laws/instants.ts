/**
 * Instants to ask a decider at, where a test has a clock that can be moved: the one that vitest, jest
 * and sinon put in place of `Date`. So a rule for Sundays, for evenings or for a year to come is found
 * also where it reads the clock through a reference that was taken before.
 *
 */

/** So many instants in each of so many years: enough for each month, weekday and hour to come up. */
const perYear = 8
const [firstYear, years] = [2000, 64]

/** From 0 to 1, the same each time: the verdict must not depend on the day on which tests run. */
const drawn = (n: number): number => {
  const mixed = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d)
  const more = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39)
  return ((more ^ (more >>> 15)) >>> 0) / 2 ** 32
}

/** One instant drawn in each eighth of each year. Neighbours are far apart. */
export const instants: ReadonlyArray<number> = Array.from({ length: years * perYear }, (_, i) => {
  const at = (i * 197) % (years * perYear)
  const [from, to] = [Date.UTC(firstYear, 0), Date.UTC(firstYear + years, 0)]
  return Math.floor(from + ((at + drawn(at + 1)) / (years * perYear)) * (to - from))
})

/** A clock that can be moved. */
interface Clock {
  readonly now: number
  readonly setSystemTime: (now: number) => void
}

const isClock = (value: unknown): value is Clock =>
  typeof value === 'object' &&
  value !== null &&
  typeof Reflect.get(value, 'setSystemTime') === 'function' &&
  typeof Reflect.get(value, 'now') === 'number'

/** The clock of the test, where it has one. */
export const testClock = (): Clock | undefined => {
  const clock: unknown = Reflect.get(Date, 'clock')
  return isClock(clock) ? clock : undefined
}

/** What `f` gives at an instant, where there is a clock to move. */
export const at = <A>(instant: number | undefined, f: () => A): A => {
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

/** Where the list is, and at which instants a difference was found: what fails is shrunk with these. */
let next = 0
let telling: Array<number> = []
let found = false

/** Begins the list anew, so that the same seed asks at the same instants. */
export const restart = (): void => {
  next = 0
  telling = []
  found = false
}

/** Says that something was found, at an instant if that made the difference. */
export const tell = (instant: number | undefined): void => {
  found = true
  if (instant !== undefined && !telling.includes(instant)) telling.push(instant)
}

/** The instants to ask at next: one of them, or all where what is found once must be found again. */
export const instantsFor = (thorough: boolean): ReadonlyArray<number | undefined> => {
  if (testClock() === undefined) return now
  if (telling.length > 0) return telling
  if (thorough && !found) return instants
  next = (next + 1) % instants.length
  return instants.slice(next, next + 1)
}

const now: ReadonlyArray<undefined> = [undefined]
