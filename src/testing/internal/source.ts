/**
 * Prints any value as TypeScript source, as a person would write it in a test.
 *
 * `v` is a value that can be written: a primitive (but not a symbol without a registered key); or an
 * object, array, map, set, date, regular expression, URL, typed array or built-in error with nothing but a
 * message that holds such values.
 *
 * Laws:
 *
 * 1. evaluating `source(v)` gives a value that equals `v`
 * 2. a value that fits on one line is printed on one line
 * 3. the source of any other value is not valid TypeScript, so that it cannot be pasted by mistake: an
 *    instance of a class is printed as its name with its fields in braces, after a comment; a value inside
 *    itself, nested a hundred deep, or after 100,000 characters, is printed as `…` with what is left out
 * 4. characters that are invisible, or change how others are shown, are escaped
 *
 * Maps and sets of mixed values are typed `any`, so that they compile wherever they are pasted.

 */

import { symbolsOf } from '../../internal/contents.ts'
import { stringLiteral, seen } from './text.ts'

/** A string without parts, or an opening and closing bracket with parts between. */
type Doc = string | DocGroup

interface DocGroup {
  readonly open: string
  readonly close: string
  /** Between the brackets and the parts on one line. */
  readonly space: string
  readonly parts: ReadonlyArray<DocPart>
}

type DocPart = readonly [prefix: string, doc: Doc]

const group = (
  open: string,
  parts: ReadonlyArray<DocPart>,
  close: string,
  space = '',
): DocGroup => ({
  open,
  close,
  space,
  parts,
})

const braces = (before: string, parts: ReadonlyArray<DocPart>): DocGroup =>
  group(`${before}{`, parts, '}', ' ')

/** A value on its own is broken into lines after this column, a value inside another after `width`. */
const short = 80
const width = 100

/** Deeper than any value that a person reads. */
const maxNesting = 100

/** The maximum numbers of characters: to paste, to read, and on a line that is compared as a whole. */
const maxPasted = 100_000
const maxShown = 20_000
const maxWhole = 1_000_000

/** The state of writing a value. */
interface SourceWriting {
  readonly above: ReadonlyArray<object>
  readonly room: {
    /** About how many characters may still be written. */
    left: number
    /** Whether anything was left out. */
    isCut: boolean
  }
  /** The comment before a value that cannot be written as source. */
  readonly hint: string
}

const writing = (most: number, hint = ''): SourceWriting => ({
  above: [],
  room: { left: most, isCut: false },
  hint,
})

/** Records that something was left out, and returns what is printed instead. */
const cut = ({ room }: SourceWriting, instead: string): string => {
  room.isCut = true
  return instead
}

/** The value as TypeScript source. Its first line is indented by `indent` spaces. */
export const source = (value: unknown, indent = 0): string =>
  laidOut(docOf(value, writing(maxPasted, '/* write it here */ ')), indent)

/** The same for reading: shorter, and without the comment. */
export const shown = (value: unknown, indent = 0): string =>
  laidOut(docOf(value, writing(maxShown)), indent)

/** The same on one line. */
export const sourceLine = (value: unknown): string => flat(docOf(value, writing(maxPasted)))

/** The value on one line; `undefined` if that would leave anything out. */
export const wholeLine = (value: unknown): string | undefined => {
  const at = writing(maxWhole)
  const line = flat(docOf(value, at))
  return at.room.isCut ? undefined : line
}

const laidOut = (doc: Doc, indent: number): string =>
  roomAfter(doc, short - indent) >= 0 ? flat(doc) : printed(doc, indent)

/** Prints over several lines. */
const printed = (doc: Doc, indent: number): string => {
  const pieces: Array<string> = []
  print(doc, indent, pieces)
  return pieces.join('')
}

const print = (doc: Doc, indent: number, pieces: Array<string>): void => {
  if (typeof doc === 'string' || doc.parts.length === 0) {
    pieces.push(flat(doc))
    return
  }
  const inner = indent + 2
  pieces.push(doc.open, '\n')
  for (const [prefix, part] of doc.parts) {
    pieces.push(' '.repeat(inner), prefix)
    if (roomAfter(part, width - inner - prefix.length - 1) >= 0) pieces.push(flat(part))
    else print(part, inner, pieces)
    pieces.push(',\n')
  }
  pieces.push(' '.repeat(indent), doc.close)
}

/** The room that is left on a line after a doc; negative, and not exact, if the doc does not fit. */
const roomAfter = (doc: Doc, room: number): number => {
  if (typeof doc === 'string') return room - doc.length
  const { open, close, space, parts } = doc
  let left = room - open.length - close.length
  if (parts.length > 0) left -= 2 * (space.length + parts.length - 1)
  if (parts[parts.length - 1] === hole) left--

  for (const [prefix, part] of parts) {
    if (left < 0) break
    left = roomAfter(part, left - prefix.length)
  }
  return left
}

const hole: DocPart = ['', '']

const flat = (doc: Doc): string => {
  if (typeof doc === 'string') return doc
  const { open, close, space, parts } = doc
  if (parts.length === 0) return open + close
  const line = parts.map(([prefix, part]) => prefix + flat(part)).join(', ')
  return open + space + line + (parts[parts.length - 1] === hole ? ',' : '') + space + close
}

const docOf = (value: unknown, at: SourceWriting): Doc => {
  if (typeof value === 'object' && value !== null) return docOfObject(value, at)
  const doc = docOfLeaf(value, at)
  at.room.left -= flat(doc).length
  return doc
}

const docOfLeaf = (value: unknown, at: SourceWriting): Doc => {
  switch (typeof value) {
    case 'string':
      return docOfString(value, at)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
    case 'bigint':
      return `${value}n`
    case 'function':
      return standIn('Function', [['', stringLiteral(nameIn(value))]], at)
    case 'symbol':
      return docOfSymbol(value, at)
    default:
      return String(value)
  }
}

/** A class may have anything else as its static `name`. */
const nameIn = (named: object): string => {
  const name: unknown = Reflect.get(named, 'name')
  return typeof name === 'string' ? name : ''
}

/** This much of a string is written even if there is no room. */
const leastOfString = 80

const docOfString = (text: string, at: SourceWriting): Doc => {
  const most = Math.max(leastOfString, at.room.left)
  if (text.length <= most) return stringLiteral(text)
  const rest = cut(at, more(text.length - most, 'characters'))
  return `${stringLiteral(text.slice(0, most))} ${rest}`
}

const docOfSymbol = (symbol: symbol, at: SourceWriting): Doc => {
  const key = Symbol.keyFor(symbol)
  if (key !== undefined) return `Symbol.for(${stringLiteral(key)})`
  return standIn('symbol', [['', stringLiteral(symbol.description ?? '')]], at)
}

/** Says what is left out. No TypeScript begins like this. */
export const more = (count: number, what: string): string =>
  `… ${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} more ${what}`

/** For values that cannot be written as source. A name before braces is not valid TypeScript. */
const standIn = (name: string, parts: ReadonlyArray<DocPart>, { hint }: SourceWriting): DocGroup =>
  braces(`${hint}${name} `, parts)

const docOfObject = (value: object, at: SourceWriting): Doc => {
  if (at.above.includes(value)) return cut(at, '… a value inside itself')
  if (at.above.length >= maxNesting) return cut(at, '… nested too deep')
  if (at.room.left <= 0) return cut(at, '…')
  at.room.left -= 2
  const inside: SourceWriting = { ...at, above: [...at.above, value] }
  try {
    if (isPlainAnywhere(value)) return braces('', sourceFields(value, inside))
    const known = docOfKnown(value, inside)
    if (known !== undefined) return known
    return standIn(
      classNameIn(value),
      [...hiddenIn(value, inside), ...sourceFields(value, inside)],
      at,
    )
  } catch {
    // a getter or a proxy throws
    return standIn('Unreadable', [], at)
  }
}

/** An object of another realm has another prototype, with the same name and nothing above it. */
const isPlainAnywhere = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return (
    prototype === null ||
    (Object.getPrototypeOf(prototype) === null && classNameIn(value) === 'Object')
  )
}

/** The name of its class, if that is an identifier. */
const classNameIn = (value: object): string => {
  const made: unknown = Reflect.get(Object.getPrototypeOf(value) as object, 'constructor') // it is not plain
  const name = typeof made === 'function' ? nameIn(made) : ''
  return /^[a-z_$\x80-\uffff][\w$\x80-\uffff]*$/i.test(name) ? name : 'Anonymous'
}

/** The contents of an instance that are not fields: the entries of a collection, the message of an error. */
const hiddenIn = (value: object, at: SourceWriting): ReadonlyArray<DocPart> => {
  if (value instanceof Map || value instanceof Set) {
    return [['entries: ', listDoc('[', value, value.size, ']', at)]]
  }
  const hasMessage = value instanceof Error && !Object.keys(value).includes('message')
  return hasMessage ? [['message: ', docOf(value.message, at)]] : []
}

/** This many fields are always printed, so that the fields after a long list are not lost. */
const fewFields = 50

const sourceFields = (value: object, at: SourceWriting): ReadonlyArray<DocPart> => {
  const keys = [...Object.keys(value), ...symbolsOf(value)]
  return partsWithin(keys, keys.length, 'fields', fewFields, at, (key) => {
    const prefix = `${typeof key === 'string' ? fieldName(key) : `[${flat(docOfSymbol(key, at))}]`}: `
    at.room.left -= prefix.length
    return [prefix, docOf(Reflect.get(value, key), at)]
  })
}

const partsWithin = <A>(
  all: Iterable<A>,
  size: number,
  what: string,
  least: number,
  at: SourceWriting,
  partOf: (one: A) => DocPart,
): ReadonlyArray<DocPart> => {
  const parts: Array<DocPart> = []
  for (const one of all) {
    if (at.room.left <= 0 && parts.length >= least) {
      return [...parts, ['', cut(at, more(size - parts.length, what))]]
    }
    at.room.left -= 2
    parts.push(partOf(one))
  }
  return parts
}

const listDoc = (
  open: string,
  elements: Iterable<unknown>,
  size: number,
  close: string,
  at: SourceWriting,
): DocGroup =>
  group(
    open,
    partsWithin(elements, size, 'elements', 0, at, (element) => ['', docOf(element, at)]),
    close,
  )

/** An instance of a built-in class; `undefined` for any other, even if it extends one. */
const docOfKnown = (value: object, at: SourceWriting): Doc | undefined => {
  const name = classNameIn(value)
  if (value instanceof Error) return docOfError(value, name, at)
  const isOwn = Object.prototype.toString.call(value) === `[object ${name}]`
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView || !isOwn) return undefined
    // every view but that is a list of numbers
    const numbers = Array.from(value as unknown as ArrayLike<unknown>)
    return listDoc(`new ${name}([`, numbers, numbers.length, '])', at)
  }
  if (!isOwn) return undefined
  if (Array.isArray(value)) return docOfArray(value, at)
  if (value instanceof Map) {
    const isMixed = areMixed(value.keys()) || areMixed(value.values())
    return listDoc(`new Map${isMixed ? '<any, any>' : ''}([`, value, value.size, '])', at)
  }
  if (value instanceof Set) {
    return listDoc(`new Set${areMixed(value) ? '<any>' : ''}([`, value, value.size, '])', at)
  }
  return docOfOther(value, name)
}

const docOfOther = (value: object, name: string): Doc | undefined => {
  switch (name) {
    case 'Date': {
      const time = Number(value)
      return `new Date(${Number.isNaN(time) ? 'NaN' : stringLiteral(new Date(time).toISOString())})`
    }
    case 'RegExp': {
      const expression = value as RegExp // its tag says so
      const { source: text, flags } = expression
      return seen(text) === text && !text.includes('\t')
        ? String(expression)
        : `new RegExp(${stringLiteral(text)}, ${stringLiteral(flags)})`
    }
    case 'URL':
      return `new URL(${stringLiteral((value as URL).href)})` // its tag says so
    default:
      return undefined
  }
}

/** Whether TypeScript could not infer one type for all of them. */
const areMixed = (values: Iterable<unknown>): boolean => {
  const kinds = new Set<string>()
  for (const value of values) {
    if (typeof value !== 'object') kinds.add(typeof value)
    else if (value !== null) kinds.add(isPlainAnywhere(value) ? 'Object' : classNameIn(value))
  }
  kinds.delete('undefined')
  return kinds.size > 1
}

const docOfArray = (array: ReadonlyArray<unknown>, at: SourceWriting): DocGroup => {
  const partAt = (i: number): DocPart => (i in array ? ['', docOf(array[i], at)] : hole)
  return group('[', partsWithin(array.keys(), array.length, 'elements', 0, at, partAt), ']')
}

/** A built-in error with nothing but a message. */
const docOfError = (error: Error, name: string, at: SourceWriting): Doc | undefined => {
  const more = [...Object.keys(error), ...['cause', 'errors'].filter((key) => key in error)]
  if (!/^(Eval|Range|Reference|Syntax|Type|URI|)Error$/.test(name) || more.length > 0)
    return undefined
  const args = Object.hasOwn(error, 'message') ? [docOf(error.message, at)] : []
  return group(
    `new ${name}(`,
    args.map((doc) => ['', doc]),
    ')',
  )
}

/** A plain `__proto__` would set the prototype. */
const fieldName = (key: string): string =>
  key === '__proto__'
    ? `['__proto__']`
    : /^[A-Za-z_$][\w$]*$|^(0|[1-9]\d{0,14})$/.test(key)
      ? key
      : stringLiteral(key)
