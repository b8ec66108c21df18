/**
 * What a function reads of the world while it runs: the time of day, and chance. It can be made to
 * read something else, to see whether what it gives depends on that. What is global is put back
 * whatever happens, also where a test has put its own clock there.
 *
 * @internal
 */

/** A time of day in milliseconds, a little later each time that it is read, and a number from 0 to 1. */
export interface Readings {
  readonly time: number
  readonly chance: number
}

export interface Ambient {
  /** What was read since this was called last, as it stands in the source. */
  readonly reads: () => ReadonlyArray<string>
  /** What is read from now on: where nothing is said, what there is to read. */
  readonly pretend: (readings?: Readings) => void
}

/** The result of `f`, with its readings under watch as long as it runs. */
export const withAmbient = <A>(f: (ambient: Ambient) => A): A => {
  const seen = new Set<string>()
  let readings: Readings | undefined
  let times = 0
  const reads = (): ReadonlyArray<string> => {
    const names = [...seen]
    seen.clear()
    return names
  }
  const pretend = (pretended?: Readings): void => {
    readings = pretended
    times = 0
  }
  const undo = replaceAll((name) => {
    seen.add(name)
    if (readings === undefined) return undefined
    const { time, chance } = readings
    // a loop that waits for another time, or for another number, comes to an end
    const n = times++
    return { time: time + n, chance: (chance + n * 0.6180339887) % 1 }
  })
  try {
    return f({ reads, pretend })
  } finally {
    undo()
  }
}

/** Called with the name of what is read: gives what to read, or nothing for what there is. */
type Read = (name: string) => Readings | undefined

const replaceAll = (read: Read): (() => void) => {
  const { Date: date, Math: math } = globalThis
  const watched = watchedDate(date, read)
  const undos = [
    replace(date, 'now', (now) => () => read('Date.now()')?.time ?? now()),
    replace(date.prototype, 'constructor', () => watched),
    replace(globalThis, 'Date', () => watched),
    replace(math, 'random', (random) => () => read('Math.random()')?.chance ?? random()),
  ]
  const clock: unknown = Reflect.get(globalThis, 'performance')
  if (typeof clock === 'object' && clock !== null) {
    undos.push(replace(clock, 'now', (now) => () => read('performance.now()')?.time ?? now()))
  }
  return () => undos.forEach((undo) => undo())
}

/** Puts something in the place of a global one, and gives what puts that back. */
const replace = (
  holder: object,
  key: string,
  by: (original: () => unknown) => unknown,
): (() => void) => {
  const own = Reflect.getOwnPropertyDescriptor(holder, key)
  const original: unknown = Reflect.get(holder, key)
  if (typeof original !== 'function') return () => undefined
  const value = by(() => Reflect.apply(original, holder, []) as unknown)
  const replaced = {
    configurable: true,
    writable: true,
    enumerable: own?.enumerable ?? false,
    value,
  }
  // what is locked stays as it is
  if (!Reflect.defineProperty(holder, key, replaced)) return () => undefined
  return () => {
    if (own === undefined) Reflect.deleteProperty(holder, key)
    else Reflect.defineProperty(holder, key, own)
  }
}

const watchedDate = (date: DateConstructor, read: Read): DateConstructor => {
  const watched: DateConstructor = new Proxy(date, {
    construct: (target, args: ReadonlyArray<unknown>, made) => {
      const time = args.length === 0 ? read('new Date()')?.time : undefined
      const given = time === undefined ? args : [time]
      return Reflect.construct(target, given, made === watched ? target : made) as Date
    },
    apply: (target) => {
      const time = read('Date()')?.time
      return time === undefined ? target() : new target(time).toString()
    },
  })
  return watched
}
