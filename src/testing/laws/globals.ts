/**
 * What a function reads of the world around it while it is asked: the time, chance, the time zone, the
 * locale, the process. Everything else sees the globals as they are, and they are put back at the end,
 * whatever happens, also where a test has put a clock of its own there.
 *
 * Only what is looked up while the function runs is seen. A reference that was taken before, such as
 * `const now = Date.now` in a module, is not.
 *
 */

/** What came of a function, and what it read meanwhile, as it stands in the source. */
export interface Reading<out A> {
  readonly value: A
  readonly reads: ReadonlyArray<string>
}

/** Builds write this one into the code, so reading it is no fault as long as it makes no difference. */
export const buildMode = 'process.env.NODE_ENV'

const nothing: ReadonlyArray<string> = []

/** What was read, while a function is asked. */
let seen: ReadonlyArray<string> | undefined
/** Stands in place of the build mode, where anything does. */
let pretended: string | undefined
/** What may be read without being noted. */
let allowed: ReadonlyArray<string> = nothing
let installed = false

/**
 * The result of `f`, within which `reading` tells what is read, but for what may be: by its whole name, or
 * by how it begins, as `the time zone` and `process.env`.
 */
export const withAmbient = <A>(f: () => A, mayRead: ReadonlyArray<string> = nothing): A => {
  if (installed) return f()
  const undos: Array<() => void> = []
  installed = true
  allowed = mayRead
  try {
    watchAll((undo) => undos.push(undo))
    return f()
  } finally {
    undos.reverse().forEach((undo) => undo())
    installed = false
  }
}

const mayBe = (name: string): boolean =>
  allowed.some((one) => name === one || [' (', '.'].some((end) => name.startsWith(one + end)))

/** Asks a function, if need be in another build mode. Without `withAmbient` around it nothing is seen. */
export const reading = <A>(f: () => A, mode?: string): Reading<A> => {
  const [before, modeBefore] = [seen, pretended]
  seen = nothing
  pretended = mode
  try {
    const value = f()
    return { value, reads: seen }
  } finally {
    seen = before
    pretended = modeBefore
  }
}

const note = (...names: ReadonlyArray<string>): void => {
  for (const name of names) {
    if (seen?.includes(name) === false && !mayBe(name)) seen = [...seen, name]
  }
}

type Undo = (undo: () => void) => void

const watchAll = (undo: Undo): void => {
  // what is done first is undone last
  undo(syncImports)
  watchDate(undo)
  watchLocales(undo)
  const { Math: math } = globalThis
  watchCall(undo, math, 'random', () => ['Math.random()'])
  watchObject(undo, 'crypto', ['getRandomValues', 'randomUUID'], [])
  watchObject(undo, 'performance', ['now', 'mark', 'toJSON'], ['timeOrigin'])
  watchObject(undo, 'process', calls, ['argv', 'pid', 'platform'])
  watchObject(undo, 'navigator', [], ['language', 'languages', 'onLine'])
  const now = objectIn(globalObject('Temporal'), 'Now')
  for (const key of now === undefined ? [] : Object.getOwnPropertyNames(now)) {
    watchCall(undo, now, key, () => [`Temporal.Now.${key}()`])
  }
  const process = globalObject('process')
  if (process !== undefined) watchNode(undo, process)
  // what somebody prints while looking for a fault is not read by the decider
  const printer = globalObject('console')
  for (const key of Object.keys(printer ?? {})) replaceCall(undo, printer, key, unseen)
  syncImports()
}

const calls = ['uptime', 'hrtime', 'memoryUsage', 'cpuUsage', 'resourceUsage', 'cwd']

/** What Node has beside that, in modules of its own. */
const watchNode = (undo: Undo, process: object): void => {
  watchCall(undo, objectIn(process, 'hrtime'), 'bigint', () => ['process.hrtime.bigint()'])
  watchEnvironment(undo, process)
  const crypto = nodeModule('crypto')
  for (const key of ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']) {
    watchCall(undo, crypto, key, () => [`crypto.${key}()`])
  }
  const os = nodeModule('os')
  for (const key of Object.keys(os ?? {})) watchCall(undo, os, key, () => [`os.${key}()`])
  const storage = objectIn(nodeModule('async_hooks'), 'AsyncLocalStorage')
  const stored = objectIn(storage, 'prototype')
  watchCall(undo, stored, 'getStore', () => ['AsyncLocalStorage.getStore()'])
}

const nodeModule = (name: string): object | undefined => {
  const process = globalObject('process')
  const get: unknown = process && Reflect.get(process, 'getBuiltinModule')
  if (typeof get !== 'function') return undefined
  return objectOf(Reflect.apply(get, process, [name]))
}

/** Sets named imports of modules of Node to what the modules hold now. */
const syncImports = (): void => {
  const sync: unknown = Reflect.get(nodeModule('module') ?? {}, 'syncBuiltinESMExports')
  if (typeof sync === 'function') Reflect.apply(sync, undefined, [])
}

const globalObject = (name: string): object | undefined => objectIn(globalThis, name)

const objectIn = (holder: object | undefined, key: string): object | undefined =>
  holder && objectOf(Reflect.get(holder, key))

const objectOf = (value: unknown): object | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined

/** Functions and fields of something global. */
const watchObject = (
  undo: Undo,
  name: string,
  functions: ReadonlyArray<string>,
  fields: ReadonlyArray<string>,
): void => {
  const holder = globalObject(name)
  if (holder === undefined) return
  for (const key of functions) watchCall(undo, holder, key, () => [`${name}.${key}()`])
  for (const key of fields) watchField(undo, holder, key, `${name}.${key}`)
}

type Names = (args: ReadonlyArray<unknown>) => ReadonlyArray<string>

type Wrap = (target: (...args: ReadonlyArray<never>) => unknown) => unknown

const watchCall = (undo: Undo, holder: object | undefined, key: string, names: Names): void =>
  replaceCall(undo, holder, key, (target) => noting(target, names))

/** The same function, and everything about it, but that a call of it is noted. */
const noting = (target: (...args: ReadonlyArray<never>) => unknown, names: Names): unknown =>
  new Proxy(target, {
    apply: (original, self, args: ReadonlyArray<unknown>): unknown => {
      if (seen !== undefined) note(...names(args))
      return Reflect.apply(original, self, args)
    },
  })

const unseen: Wrap = (target) =>
  new Proxy(target, {
    apply: (original, self, args: ReadonlyArray<unknown>): unknown => {
      const before = seen
      seen = undefined
      try {
        return Reflect.apply(original, self, args)
      } finally {
        seen = before
      }
    },
  })

const replaceCall = (undo: Undo, holder: object | undefined, key: string, wrap: Wrap): void => {
  if (holder === undefined) return
  const original: unknown = Reflect.get(holder, key)
  // a function takes what it is given
  if (typeof original === 'function') put(undo, holder, key, { value: wrap(original as never) })
}

const watchField = (undo: Undo, holder: object, key: string, name: string): void => {
  if (!(key in holder)) return
  const own = Reflect.getOwnPropertyDescriptor(holder, key)
  const isAccessor = own === undefined || own.get !== undefined
  let value: unknown = isAccessor ? undefined : own.value
  put(undo, holder, key, {
    get: (): unknown => {
      note(name)
      return isAccessor ? originalOf(holder, key, own) : value
    },
    set: (written: unknown) => {
      value = written
    },
  })
}

/** What a getter gives, the object's own or an inherited one. */
const originalOf = (holder: object, key: string, own: PropertyDescriptor | undefined): unknown =>
  own === undefined
    ? Reflect.get(Object.getPrototypeOf(holder) as object, key, holder)
    : own.get?.call(holder)

/** Puts something in the place of what is there, unless that is locked. */
const put = (undo: Undo, holder: object, key: string, by: PropertyDescriptor): void => {
  const own = Reflect.getOwnPropertyDescriptor(holder, key)
  const writable = 'value' in by ? { writable: true } : {}
  const enumerable = own?.enumerable ?? false
  if (
    !Reflect.defineProperty(holder, key, { configurable: true, enumerable, ...writable, ...by })
  ) {
    return
  }
  undo(() => {
    if (own === undefined) Reflect.deleteProperty(holder, key)
    else Reflect.defineProperty(holder, key, own)
  })
}

const watchEnvironment = (undo: Undo, process: object): void => {
  const env = objectIn(process, 'env')
  if (env === undefined) return
  const value = new Proxy(env, {
    get: (target, key): unknown => {
      if (typeof key === 'string') note(`process.env.${key}`)
      const mode = seen !== undefined && key === 'NODE_ENV' ? pretended : undefined
      return mode ?? Reflect.get(target, key)
    },
    has: (target, key) => {
      note(`process.env.${String(key)}`)
      return Reflect.has(target, key)
    },
    ownKeys: (target) => {
      note('process.env')
      return Reflect.ownKeys(target)
    },
  })
  put(undo, process, 'env', { value })
}

const zone = (by: string): string => `the time zone (${by})`

const locale = (by: string): string => `the locale (${by})`

/** All that Date tells by the clock on the wall: whoever wants to be told the same everywhere has UTC. */
const local = [
  ...['FullYear', 'Month', 'Date', 'Hours', 'Minutes', 'Seconds'].flatMap((part) => [
    `get${part}`,
    `set${part}`,
  ]),
  'getDay',
  'getYear',
  'setYear',
  'getTimezoneOffset',
  'toString',
  'toDateString',
  'toTimeString',
]

const watchDate = (undo: Undo): void => {
  const { Date: date } = globalThis
  const { parse } = date
  /** Whether it is a date and time without a word on where: a day alone is one of UTC. */
  const isLocal = (text: unknown): boolean =>
    typeof text === 'string' && !zoned.test(text) && !Number.isNaN(parse(text))
  watchCall(undo, date, 'now', () => ['Date.now()'])
  watchCall(undo, date, 'parse', ([text]) => (isLocal(text) ? [zone('Date.parse')] : []))
  // the clock of a test has a Date of its own, and dates that were made before are none of these
  const native = (key: string): object => ownerOf(date.prototype, key)
  for (const key of local) watchCall(undo, native(key), key, () => [zone(key)])
  for (const key of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    watchCall(undo, native(key), key, ([locales, options]) => [
      ...localeIn(key, locales),
      ...zoneIn(key, options),
    ])
  }
  const watched: DateConstructor = new Proxy(date, {
    construct: (target, args: ReadonlyArray<unknown>, made) => {
      const [first] = args
      if (args.length === 0) note('new Date()')
      else if (args.length > 1) note(zone('new Date(year, month)'))
      else if (isLocal(first)) note(zone('new Date(string)'))
      return Reflect.construct(target, args, made === watched ? target : made) as Date
    },
    apply: (target) => {
      note('Date()')
      return target()
    },
  })
  put(undo, date.prototype, 'constructor', { value: watched })
  put(undo, globalThis, 'Date', { value: watched })
}

/** Who has a function that an object inherits, or has itself. */
const ownerOf = (object: object, key: string): object => {
  const above = Object.getPrototypeOf(object) as object | null
  return Reflect.getOwnPropertyDescriptor(object, key) !== undefined || above === null
    ? object
    : ownerOf(above, key)
}

/** A day alone, or a time with its zone. */
const zoned = /^\s*[+-]?\d{4,6}(-\d\d){0,2}\s*$|(Z|UTC?|GMT|[+-]\d\d:?\d\d)\s*(\([^)]*\))?$/i

const localeIn = (by: string, locales: unknown): ReadonlyArray<string> =>
  locales === undefined || (Array.isArray(locales) && locales.length === 0) ? [locale(by)] : []

const zoneIn = (by: string, options: unknown): ReadonlyArray<string> =>
  typeof options === 'object' && options !== null && Reflect.get(options, 'timeZone') !== undefined
    ? []
    : [zone(by)]

const watchLocales = (undo: Undo): void => {
  const { String: string, Number: number, BigInt: bigint } = globalThis
  for (const { prototype } of [number, bigint]) {
    watchCall(undo, prototype, 'toLocaleString', ([own]) => localeIn('toLocaleString', own))
  }
  for (const key of ['toLocaleLowerCase', 'toLocaleUpperCase']) {
    watchCall(undo, string.prototype, key, ([own]) => localeIn(key, own))
  }
  watchCall(undo, string.prototype, 'localeCompare', ([, own]) => localeIn('localeCompare', own))
  // small engines have none
  if (globalObject('Intl') !== undefined) watchFormats(undo, globalThis.Intl)
}

const watchFormats = (undo: Undo, intl: typeof Intl): void => {
  for (const key of Object.getOwnPropertyNames(intl)) {
    const made = objectIn(intl, key)
    // a name with a capital is that of a constructor
    if (/^[A-Z]/.test(key) && made !== undefined) watchFormat(undo, intl, key, made as Constructor)
  }
  watchCall(undo, intl.DateTimeFormat.prototype, 'resolvedOptions', () => [zone('resolvedOptions')])
  const nowIn =
    (by: string): Names =>
    ([instant]) =>
      instant === undefined ? [`the time (${by})`] : []
  watchCall(undo, intl.DateTimeFormat.prototype, 'formatToParts', nowIn('formatToParts'))
  const own = Reflect.getOwnPropertyDescriptor(intl.DateTimeFormat.prototype, 'format')
  const format = own?.get
  if (format === undefined) return
  put(undo, intl.DateTimeFormat.prototype, 'format', {
    get(this: Intl.DateTimeFormat): unknown {
      const bound: () => string = Reflect.apply(format, this, [])
      return noting(bound, nowIn('format'))
    },
  })
}

type Constructor = new (...args: ReadonlyArray<unknown>) => object

/** A formatter that is made without a locale, or one of dates without a time zone. */
const watchFormat = (undo: Undo, intl: object, key: string, made: Constructor): void => {
  const by = `Intl.${key}`
  const names: Names = ([locales, options]) => [
    ...localeIn(by, locales),
    ...(key === 'DateTimeFormat' ? zoneIn(by, options) : []),
  ]
  const value: Constructor = new Proxy(made, {
    construct: (target, args: ReadonlyArray<unknown>, newTarget) => {
      if (seen !== undefined) note(...names(args))
      return Reflect.construct(target, args, newTarget === value ? target : newTarget) as object
    },
    apply: (target, self, args: ReadonlyArray<unknown>): unknown => {
      if (seen !== undefined) note(...names(args))
      // each of them that is no constructor alone makes one by itself
      return Reflect.apply(target as unknown as () => unknown, self, args as [])
    },
  })
  put(undo, intl, key, { value })
}
