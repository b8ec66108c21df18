/**
 * Any value as the TypeScript that makes it, as a person would write it into a test.
 *
 * `v` is a value that can be written: a primitive, but for a symbol that is not registered; or an
 * object, array, map, set, date, regular expression, URL, error of the language, list of bytes or
 * numbers or an object around a primitive, with such values in it.
 *
 * Laws:
 *
 * 1. evaluating `source(v)` gives a value that equals `v`
 * 2. no line is longer than it needs to be: what fits stands on one line
 * 3. of any other value, `source` is no TypeScript, so that no test is taken for one of it: an instance
 *    of a class stands as its name and its fields in braces, behind a comment that says so; what lies
 *    inside itself, under a hundred others or behind 100,000 characters as `…` with what is left out
 * 4. what is not seen in a text, or changes how it is seen, is escaped
 *
 * Maps and sets of several kinds of values are said to be of `any`, which fits wherever they are pasted.
 *
 */

import { symbolsOf } from '../../internal/contents.ts'
import { quoted, seen } from './text.ts'

/** What a value opens with, what stands in it, and what it closes with; or a text without parts. */
type Doc = string | Group

interface Group {
  readonly open: string
  readonly close: string
  /** Stands between the brackets and the parts on one line. */
  readonly space: string
  readonly parts: ReadonlyArray<Part>
}

interface Part {
  readonly prefix: string
  readonly doc: Doc
}

/** A value alone on its line is broken up beyond this, a value in a broken one beyond `width`. */
const short = 80
const width = 100

/** Deeper than any value that a person reads. */
const maxDepth = 100

/** More characters than anybody pastes, and more than anybody looks at. */
const maxPasted = 100_000
const maxShown = 20_000

/** More characters than one value of a list has that is compared as a whole. */
const maxWhole = 1_000_000

/** Where a value is written. */
interface Writing {
  readonly above: ReadonlyArray<object>
  readonly room: Room
  /** Stands before what cannot be written. */
  readonly hint: string
}

interface Room {
  /** How many characters may still be written, about. */
  left: number
  /** Whether anything was left out. */
  isCut: boolean
}

const writing = (most: number, hint: string): Writing => ({
  above: [],
  room: { left: most, isCut: false },
  hint,
})

/** Left out: what says so is written in its place. */
const cut = ({ room }: Writing, instead: string): string => {
  room.isCut = true
  return instead
}

/**
 * The value as TypeScript source. `indent` is the number of spaces that the line is indented by on
 * which the value begins.
 */
export const source = (value: unknown, indent = 0): string =>
  laidOut(docOf(value, writing(maxPasted, '/* write it here */ ')), indent)

/** The same where nobody pastes it: shorter, and without a word about what has to be written. */
export const shown = (value: unknown, indent = 0): string =>
  laidOut(docOf(value, writing(maxShown, '')), indent)

/** The same on one line. */
export const oneLine = (value: unknown): string => flat(docOf(value, writing(maxPasted, '')))

/** The value on one line, or `undefined` where that would leave anything out. */
export const wholeLine = (value: unknown): string | undefined => {
  const at = writing(maxWhole, '')
  const line = flat(docOf(value, at))
  return at.room.isCut ? undefined : line
}

const laidOut = (doc: Doc, indent: number): string => {
  const line = flat(doc)
  return indent + line.length <= short ? line : print(doc, indent)
}

const print = (doc: Doc, indent: number): string => {
  if (typeof doc === 'string' || doc.parts.length === 0) return flat(doc)
  const inner = indent + 2
  const pad = ' '.repeat(inner)
  const lines = doc.parts.map(({ prefix, doc: part }) => {
    const line = flat(part)
    const fits = inner + prefix.length + line.length + 1 <= width
    return `${pad}${prefix}${fits ? line : print(part, inner)},\n`
  })
  return `${doc.open}\n${lines.join('')}${' '.repeat(indent)}${doc.close}`
}

const hole: Part = { prefix: '', doc: '' }

const flat = (doc: Doc): string => {
  if (typeof doc === 'string') return doc
  const { open, close, space, parts } = doc
  if (parts.length === 0) return open + close
  const line = parts.map(({ prefix, doc: part }) => prefix + flat(part)).join(', ')
  return open + space + line + (parts[parts.length - 1] === hole ? ',' : '') + space + close
}

const docOf = (value: unknown, at: Writing): Doc => {
  if (typeof value === 'object' && value !== null) return docOfObject(value, at)
  const doc = docOfLeaf(value, at)
  at.room.left -= flat(doc).length
  return doc
}

const docOfLeaf = (value: unknown, at: Writing): Doc => {
  switch (typeof value) {
    case 'string':
      return docOfText(value, at)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
    case 'bigint':
      return `${value}n`
    case 'function':
      return standIn('Function', [{ prefix: '', doc: quoted(nameIn(value)) }], at)
    case 'symbol':
      return docOfSymbol(value, at)
    default:
      return String(value)
  }
}

/** A class may have anything else under `name`. */
const nameIn = (named: object): string => {
  const name: unknown = Reflect.get(named, 'name')
  return typeof name === 'string' ? name : ''
}

/** So much of a text is written where there is no room. */
const leastOfText = 80

const docOfText = (text: string, at: Writing): Doc => {
  const most = Math.max(leastOfText, at.room.left)
  if (text.length <= most) return quoted(text)
  const rest = cut(at, more(text.length - most, 'characters'))
  return `${quoted(text.slice(0, most))} ${rest}`
}

const docOfSymbol = (symbol: symbol, at: Writing): Doc => {
  const key = Symbol.keyFor(symbol)
  if (key !== undefined) return `Symbol.for(${quoted(key)})`
  const names = Object.getOwnPropertyNames(Symbol)
  const known = names.find((name) => Reflect.get(Symbol, name) === symbol)
  if (known !== undefined) return `Symbol.${known}`
  return standIn('symbol', [{ prefix: '', doc: quoted(symbol.description ?? '') }], at)
}

/** What is left out. No TypeScript begins with this. */
export const more = (count: number, what: string): string =>
  `… ${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} more ${what}`

/** What cannot be written. A name before braces is no TypeScript. */
const standIn = (name: string, parts: ReadonlyArray<Part>, { hint }: Writing): Group => ({
  open: `${hint}${name} {`,
  close: '}',
  space: ' ',
  parts,
})

const docOfObject = (value: object, at: Writing): Doc => {
  if (at.above.includes(value)) return cut(at, '… a value inside itself')
  if (at.above.length >= maxDepth) return cut(at, '… nested too deep')
  if (at.room.left <= 0) return cut(at, '…')
  at.room.left -= 2
  const inside: Writing = { ...at, above: [...at.above, value] }
  try {
    return isPlain(value)
      ? { open: '{', close: '}', space: ' ', parts: fieldsOf(value, inside) }
      : (written(value, inside) ??
          standIn(nameOf(value), [...hiddenIn(value, inside), ...fieldsOf(value, inside)], at))
  } catch {
    // a getter or a proxy of somebody's throws
    return standIn('Unreadable', [], at)
  }
}

/** An object of another realm has another prototype, of the same name and with nothing above it. */
const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null || (Object.getPrototypeOf(prototype) === null && nameOf(value) === 'Object')
  )
}

/** What its class is called, as far as that is a name. */
const nameOf = (value: object): string => {
  const made: unknown = Reflect.get(Object.getPrototypeOf(value) as object, 'constructor') // it is not plain
  const name = typeof made === 'function' ? nameIn(made) : ''
  return /^[a-z_$\x80-\uffff][\w$\x80-\uffff]*$/i.test(name) ? name : 'Anonymous'
}

/** What neither a field nor a class says of an instance that cannot be written. */
const hiddenIn = (value: object, at: Writing): ReadonlyArray<Part> => {
  if (value instanceof Map || value instanceof Set) {
    return [{ prefix: 'entries: ', doc: list('[', value, value.size, ']', at) }]
  }
  const hasMessage = value instanceof Error && !Object.keys(value).includes('message')
  return hasMessage ? [{ prefix: 'message: ', doc: docOf(value.message, at) }] : []
}

/** Fewer fields than these are all written, so that what follows a long list is seen. */
const fewFields = 50

const fieldsOf = (value: object, at: Writing): ReadonlyArray<Part> => {
  const keys = [...Object.keys(value), ...symbolsOf(value)]
  return partsOf(keys, keys.length, 'fields', fewFields, at, (key) => {
    const prefix = `${typeof key === 'string' ? keyOf(key) : `[${flat(docOfSymbol(key, at))}]`}: `
    at.room.left -= prefix.length
    return { prefix, doc: docOf(Reflect.get(value, key), at) }
  })
}

const partsOf = <A>(
  all: Iterable<A>,
  size: number,
  what: string,
  least: number,
  at: Writing,
  partOf: (one: A) => Part,
): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  for (const one of all) {
    if (at.room.left <= 0 && parts.length >= least) {
      return [...parts, { prefix: '', doc: cut(at, more(size - parts.length, what)) }]
    }
    at.room.left -= 2
    parts.push(partOf(one))
  }
  return parts
}

const list = (
  open: string,
  elements: Iterable<unknown>,
  size: number,
  close: string,
  at: Writing,
): Group => ({
  open,
  close,
  space: '',
  parts: partsOf(elements, size, 'elements', 0, at, (element) => ({
    prefix: '',
    doc: docOf(element, at),
  })),
})

/** Arguments of a call: all of them. */
const call = (called: string, parts: ReadonlyArray<Doc>): Group => ({
  open: `${called}(`,
  close: ')',
  space: '',
  parts: parts.map((doc) => ({ prefix: '', doc })),
})

/** An instance of a class that everybody has; `undefined` for any other, though it may extend one. */
const written = (value: object, at: Writing): Doc | undefined => {
  const name = nameOf(value)
  if (value instanceof Error) return errors.has(name) ? docOfError(value, name, at) : undefined
  if (ArrayBuffer.isView(value)) return docOfView(value, name, at)
  if (Object.prototype.toString.call(value) !== `[object ${name}]`) return undefined
  if (Array.isArray(value)) return docOfArray(value, at)
  if (value instanceof Map) {
    const isMixed = areMixed(value.keys()) || areMixed(value.values())
    return list(`new Map${isMixed ? '<any, any>' : ''}([`, value, value.size, '])', at)
  }
  if (value instanceof Set) {
    return list(`new Set${areMixed(value) ? '<any>' : ''}([`, value, value.size, '])', at)
  }
  return docOfOther(value, name, at)
}

const docOfOther = (value: object, name: string, at: Writing): Doc | undefined => {
  switch (name) {
    case 'Date': {
      const time = Number(value)
      return `new Date(${Number.isNaN(time) ? 'NaN' : quoted(new Date(time).toISOString())})`
    }
    case 'RegExp': {
      const expression = value as RegExp // so its tag says
      const { source: text, flags } = expression
      return seen(text) === text && !text.includes('\t')
        ? String(expression)
        : `new RegExp(${quoted(text)}, ${quoted(flags)})`
    }
    case 'URL':
      return `new URL(${quoted((value as URL).href)})` // so its tag says
    case 'URLSearchParams':
      return `new URLSearchParams(${quoted((value as URLSearchParams).toString())})` // so its tag says
    case 'Number':
    case 'String':
    case 'Boolean':
    case 'BigInt':
    case 'Symbol':
      return call('Object', [docOf(value.valueOf(), at)])
    default:
      return undefined
  }
}

/** Whether TypeScript would look for one type of them all, and find none. */
const areMixed = (values: Iterable<unknown>): boolean => {
  const kinds = new Set<string>()
  for (const value of values) {
    if (typeof value !== 'object') kinds.add(typeof value)
    else if (value !== null) kinds.add(isPlain(value) ? 'Object' : nameOf(value))
  }
  kinds.delete('undefined')
  return kinds.size > 1
}

const docOfArray = (array: ReadonlyArray<unknown>, at: Writing): Group => ({
  open: '[',
  close: ']',
  space: '',
  parts: partsOf(array.keys(), array.length, 'elements', 0, at, (i) =>
    i in array ? { prefix: '', doc: docOf(array[i], at) } : hole,
  ),
})

const docOfView = (view: ArrayBufferView, name: string, at: Writing): Doc | undefined => {
  if (view instanceof DataView) return undefined
  // every view but that is a list of numbers
  const numbers = view as unknown as ArrayLike<unknown>
  const isOwn = Object.prototype.toString.call(view) === `[object ${name}]`
  if (!isOwn && name !== 'Buffer') return undefined
  const open = isOwn ? `new ${name}([` : 'Buffer.from(['
  return list(open, Array.from(numbers), numbers.length, '])', at)
}

/** The errors of the language. */
const errors = new Set(
  ['', 'Eval', 'Range', 'Reference', 'Syntax', 'Type', 'URI', 'Aggregate'].map(
    (kind) => `${kind}Error`,
  ),
)

const docOfError = (error: Error, name: string, at: Writing): Doc => {
  const isHidden = (key: string): boolean =>
    Object.hasOwn(error, key) && !Object.prototype.propertyIsEnumerable.call(error, key)
  const message = Object.hasOwn(error, 'message') ? error.message : undefined
  const cause = isHidden('cause')
    ? { open: '{', close: '}', space: ' ', parts: [{ prefix: 'cause: ', doc: docOf(error.cause, at) }] } // prettier-ignore
    : undefined
  const made = call(`new ${name}`, [
    ...(error instanceof AggregateError ? [docOf(error.errors, at)] : []),
    ...(message === undefined && cause === undefined ? [] : [docOf(message, at)]),
    ...(cause === undefined ? [] : [cause]),
  ])
  const own = fieldsOf(error, at)
  if (own.length === 0) return made
  return call('Object.assign', [made, { open: '{', close: '}', space: ' ', parts: own }])
}

/** Setting a field `__proto__` by its plain name would set the prototype. */
const keyOf = (key: string): string =>
  key === '__proto__'
    ? `['__proto__']`
    : /^[A-Za-z_$][\w$]*$|^(0|[1-9]\d{0,14})$/.test(key)
      ? key
      : quoted(key)
