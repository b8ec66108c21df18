/**
 * Notes what a function reads of the outside world while it runs: the time, randomness, the time zone, the
 * locale, the process. The globals are replaced by proxies that note each read, and are always restored
 * afterwards, even if a test has installed a fake clock.
 *
 * Only what is looked up during the call is noticed, not a reference that was taken earlier, such as
 * `const now = Date.now` in a module.

 */

/** The result of a function, and what it read, as it would be written in the source. */
export interface ObservedCall<out A> {
  readonly value: A
  readonly reads: ReadonlyArray<string>
}

const noReads: ReadonlyArray<string> = []

/** What the current function has read so far; `undefined` while none is watched. */
let seenReads: ReadonlyArray<string> | undefined
/** Reads that are not noted. */
let allowed: ReadonlyArray<string> = noReads
let installed = false
let undos: Array<() => void> = []

/**
 * Calls `f` with all globals watched; inside it, `reading` reports reads. `mayRead` lists reads that
 * are allowed, by their full names or by how they begin, as `the time zone` and `process.env`.
 */
export const withAmbient = <A>(f: () => A, mayRead: ReadonlyArray<string> = noReads): A => {
  if (installed) return f()
  installed = true
  allowed = mayRead
  undos = []
  try {
    replaceAll()
    return f()
  } finally {
    undos.reverse().forEach((undo) => undo())
    syncImports()
    installed = false
  }
}

/** Calls a function and returns what it read. Sees nothing outside of `withAmbient`. */
export const reading = <A>(f: () => A): ObservedCall<A> => {
  const before = seenReads
  seenReads = noReads
  try {
    const value = f()
    return { value, reads: seenReads }
  } finally {
    seenReads = before
  }
}

const mayBeRead = (name: string): boolean =>
  allowed.some((one) => name === one || [' (', '.'].some((end) => name.startsWith(one + end)))

const note = (names: ReadonlyArray<string>): void => {
  for (const name of names) {
    if (seenReads?.includes(name) === false && !mayBeRead(name)) seenReads = [...seenReads, name]
  }
}

const asObject = (value: unknown): object | undefined =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? value : undefined

/** The object at a path of names, if it exists. */
const objectAt = (from: object | undefined, ...path: ReadonlyArray<string>): object | undefined =>
  path.reduce((here, key) => here && asObject(Reflect.get(here, key)), from)

const nodeModule = (name: string): object | undefined => {
  const process = objectAt(globalThis, 'process')
  const get: unknown = process && Reflect.get(process, 'getBuiltinModule')
  return typeof get === 'function' ? asObject(Reflect.apply(get, process, [name])) : undefined
}

/** Named imports of Node's modules are updated to what the modules hold now. */
const syncImports = (): void => {
  const sync: unknown = Reflect.get(nodeModule('module') ?? {}, 'syncBuiltinESMExports')
  if (typeof sync === 'function') Reflect.apply(sync, undefined, [])
}

/** What a call of the function with this name reads. */
type ReadsOfCall = (key: string, args: ReadonlyArray<unknown>) => ReadonlyArray<string>

const zone = (by: string): string => `the time zone (${by})`

const by =
  (holder: string): ReadsOfCall =>
  (key) => [`${holder}.${key}()`]

const byZone: ReadsOfCall = (key) => [zone(key)]

const localeIn: ReadsOfCall = (key, [locales]) =>
  locales === undefined || (Array.isArray(locales) && locales.length === 0)
    ? [`the locale (${key})`]
    : []

const zoneIn: ReadsOfCall = (key, [, options]) =>
  typeof options === 'object' && options !== null && Reflect.get(options, 'timeZone') !== undefined
    ? []
    : [zone(key)]

const localeAndZoneIn: ReadsOfCall = (key, args) => [...localeIn(key, args), ...zoneIn(key, args)]

const timeIn: ReadsOfCall = (key, [instant]) => (instant === undefined ? [`the time (${key})`] : [])

/** A day alone, or a time with its zone. */
const zoned = /^\s*[+-]?\d{4,6}(-\d\d){0,2}\s*$|(Z|UTC?|GMT|[+-]\d\d:?\d\d)\s*(\([^)]*\))?$/i

const { parse } = Date

/** Whether a string is a date and time without a zone. A day alone is in UTC. */
const isLocal = (text: unknown): boolean =>
  typeof text === 'string' && !zoned.test(text) && !Number.isNaN(parse(text))

/** The methods of dates that depend on the time zone. */
const localMethods =
  'getFullYear getMonth getDate getDay getHours getMinutes getSeconds getYear getTimezoneOffset ' +
  'setFullYear setMonth setDate setHours setMinutes setSeconds setYear toString toDateString ' +
  'toTimeString'

const namesIn = (holder: object | undefined): ReadonlyArray<string> =>
  holder === undefined ? [] : Object.getOwnPropertyNames(holder)

/** Functions that are watched: their holder, their names, and what a call reads. */
const watchedFunctions = (): ReadonlyArray<
  readonly [holder: object | undefined, keys: string, reads: ReadsOfCall]
> => {
  const world = globalThis
  const [temporal, os] = [objectAt(world, 'Temporal', 'Now'), nodeModule('os')]
  const formats = objectAt(world, 'Intl', 'DateTimeFormat', 'prototype')
  const storage = objectAt(nodeModule('async_hooks'), 'AsyncLocalStorage', 'prototype')
  const process = objectAt(world, 'process')
  return [
    [Math, 'random', by('Math')],
    [Date, 'now', by('Date')],
    [Date, 'parse', (_, [text]) => (isLocal(text) ? [zone('Date.parse')] : [])],
    [dateMethods(), localMethods, byZone],
    [dateMethods(), 'toLocaleString toLocaleDateString toLocaleTimeString', localeAndZoneIn],
    [Number.prototype, 'toLocaleString', localeIn],
    [BigInt.prototype, 'toLocaleString', localeIn],
    [String.prototype, 'toLocaleLowerCase toLocaleUpperCase', localeIn],
    [String.prototype, 'localeCompare', (key, [, ...args]) => localeIn(key, args)],
    [formats, 'resolvedOptions', byZone],
    [formats, 'formatToParts', timeIn],
    [temporal, namesIn(temporal).join(' '), by('Temporal.Now')],
    [objectAt(world, 'crypto'), 'getRandomValues randomUUID', by('crypto')],
    [objectAt(world, 'performance'), 'now mark toJSON', by('performance')],
    [process, 'uptime hrtime memoryUsage cpuUsage resourceUsage cwd', by('process')],
    [objectAt(process, 'hrtime'), 'bigint', by('process.hrtime')],
    [nodeModule('crypto'), 'randomUUID randomBytes randomInt getRandomValues', by('crypto')],
    [os, namesIn(os).join(' '), by('os')],
    [storage, 'getStore', by('AsyncLocalStorage')],
  ]
}

/** Fields that are watched. */
const watchedFields = ['performance timeOrigin', 'process argv pid platform', 'navigator language languages onLine'] // prettier-ignore

/**
 * The object that has the methods of dates. The `Date` of a fake clock inherits them, and dates that were
 * made before are not instances of it.
 */
const dateMethods = (from: object = Date.prototype): object => {
  const above = Object.getPrototypeOf(from) as object | null
  return Object.hasOwn(from, 'getHours') || above === null ? from : dateMethods(above)
}

const replaceAll = (): void => {
  for (const [holder, keys, reads] of watchedFunctions()) {
    for (const key of keys.split(' ')) {
      replaceGlobal(holder, key, (f) => noting(f, (args) => reads(key, args)))
    }
  }
  for (const [name = '', ...keys] of watchedFields.map((row) => row.split(' '))) {
    for (const key of keys) watchField(objectAt(globalThis, name), key, `${name}.${key}`)
  }
  watchDate()
  watchFormats()
  replaceGlobal(objectAt(globalThis, 'process'), 'env', watchedEnvironment)
  // what is read by a debugging output does not count
  const printer = objectAt(globalThis, 'console')
  for (const key of Object.keys(printer ?? {})) replaceGlobal(printer, key, unwatched)
  syncImports()
}

/** Replaces an object or function by another, unless it is missing or locked. */
const replaceGlobal = (
  holder: object | undefined,
  key: string,
  by: (of: object) => object,
): void => {
  const original = objectAt(holder, key)
  if (holder !== undefined && original !== undefined) redefine(holder, key, { value: by(original) })
}

const redefine = (holder: object, key: string, field: PropertyDescriptor): void => {
  const own = Reflect.getOwnPropertyDescriptor(holder, key)
  const writable = 'value' in field ? { writable: true } : {}
  const enumerable = own?.enumerable ?? false
  const all = { configurable: true, enumerable, ...writable, ...field }
  if (!Reflect.defineProperty(holder, key, all)) return
  undos.push(() => {
    if (own === undefined) Reflect.deleteProperty(holder, key)
    else Reflect.defineProperty(holder, key, own)
  })
}

type NoteCall = (args: ReadonlyArray<unknown>) => ReadonlyArray<string>

type Callable = (...args: ReadonlyArray<unknown>) => object

/** The same function or class in all respects, except that calls are noted. */
const noting = (target: object, called: NoteCall, constructed = called): object =>
  // only functions and classes are called
  new Proxy(target as Callable, {
    apply: (original, self, args: ReadonlyArray<unknown>) => {
      if (seenReads !== undefined) note(called(args))
      return Reflect.apply(original, self, args)
    },
    construct: (original, args: ReadonlyArray<unknown>, made): object => {
      if (seenReads !== undefined) note(constructed(args))
      return Reflect.construct(original, args, made) as object
    },
  })

/** The same function, during which nothing is noted. */
const unwatched = (target: object): object =>
  // only functions are called
  new Proxy(target as Callable, {
    apply: (original, self, args: ReadonlyArray<unknown>) => {
      const before = seenReads
      seenReads = undefined
      try {
        return Reflect.apply(original, self, args)
      } finally {
        seenReads = before
      }
    },
  })

const watchField = (holder: object | undefined, key: string, name: string): void => {
  if (holder === undefined || !(key in holder)) return
  const above = Object.getPrototypeOf(holder) as object
  let own = Reflect.getOwnPropertyDescriptor(holder, key)
  redefine(holder, key, {
    get: (): unknown => {
      note([name])
      if (own === undefined) return Reflect.get(above, key, holder)
      return own.get === undefined ? own.value : own.get.call(holder)
    },
    set: (value: unknown) => {
      own = { value }
    },
  })
}

const watchedEnvironment = (env: object): object =>
  new Proxy(env, {
    get: (target, key): unknown => {
      // libraries ask for the build mode, which bundlers replace by a constant
      if (typeof key === 'string' && key !== 'NODE_ENV') note([`process.env.${key}`])
      return Reflect.get(target, key)
    },
    has: (target, key) => {
      if (key !== 'NODE_ENV') note([`process.env.${String(key)}`])
      return Reflect.has(target, key)
    },
    ownKeys: (target) => {
      note(['process.env'])
      return Reflect.ownKeys(target)
    },
  })

const watchDate = (): void => {
  const constructed: NoteCall = (args) => {
    if (args.length === 0) return ['new Date()']
    if (args.length > 1) return [zone('new Date(year, month)')]
    return isLocal(args[0]) ? [zone('new Date(string)')] : []
  }
  const { prototype } = Date
  const value = noting(Date, () => ['Date()'], constructed)
  redefine(prototype, 'constructor', { value })
  redefine(globalThis, 'Date', { value })
}

/** Formatters that are made without a locale, or formatters of dates without a time zone. */
const watchFormats = (): void => {
  const intl = objectAt(globalThis, 'Intl')
  for (const key of namesIn(intl)) {
    const reads = key === 'DateTimeFormat' ? localeAndZoneIn : localeIn
    // capitals are classes
    if (/^[A-Z]/.test(key)) {
      replaceGlobal(intl, key, (of) => noting(of, (args) => reads(`Intl.${key}`, args)))
    }
  }
  const formats = objectAt(intl, 'DateTimeFormat', 'prototype')
  const own = formats && Reflect.getOwnPropertyDescriptor(formats, 'format')
  if (formats === undefined || own?.get === undefined) return
  const { get } = own
  redefine(formats, 'format', {
    get(this: unknown): unknown {
      const bound = Reflect.apply(get, this, []) as object // the function that formats
      return noting(bound, (args) => timeIn('format', args))
    },
  })
}
