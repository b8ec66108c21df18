/**
 * Any plain value as the TypeScript that makes it, as a person would write it into a test.
 *
 * `v` is a plain value: objects, arrays, maps, sets, dates, regular expressions, errors, primitives.
 *
 * Laws:
 *
 * 1. evaluating `source(v)` gives a value that equals `v`
 * 2. no line is longer than it needs to be: what fits stands on one line
 *
 * What is no plain value (a function, a symbol, a value inside itself) is written as `undefined` with
 * a comment that says what stood there.
 *
 * @internal
 */

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

/**
 * The value as TypeScript source. `indent` is the number of spaces that the line is indented by on
 * which the value begins.
 */
export const source = (value: unknown, indent = 0): string => {
  const doc = docOf(value, [])
  const line = flat(doc)
  return indent + line.length <= short ? line : print(doc, indent)
}

/** The same on one line, however long. */
export const oneLine = (value: unknown): string => flat(docOf(value, []))

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

const flat = (doc: Doc): string => {
  if (typeof doc === 'string') return doc
  const { open, close, space, parts } = doc
  if (parts.length === 0) return open + close
  const line = parts.map(({ prefix, doc: part }) => prefix + flat(part)).join(', ')
  return open + space + line + space + close
}

const docOf = (value: unknown, above: ReadonlyArray<unknown>): Doc => {
  switch (typeof value) {
    case 'string':
      return quoted(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value).replace('e+', 'e')
    case 'bigint':
      return `${value}n`
    case 'function':
      return `undefined /* the function ${value.name.replaceAll('*/', '')} */`
    case 'symbol':
      return 'undefined /* a symbol */'
    case 'object':
      return value === null ? 'null' : docOfObject(value, above)
    default:
      return String(value)
  }
}

const docOfObject = (value: object, above: ReadonlyArray<unknown>): Doc => {
  if (above.includes(value)) return 'undefined /* a value inside itself */'
  if (above.length >= maxDepth) return 'undefined /* nested too deep */'
  const inside = [...above, value]
  const item = (element: unknown): Part => ({ prefix: '', doc: docOf(element, inside) })
  const list = (open: string, elements: Iterable<unknown>, close: string): Group => ({
    open,
    close,
    space: '',
    parts: Array.from(elements, item),
  })
  if (Array.isArray(value)) return list('[', value, ']')
  if (value instanceof Map) return list('new Map([', value, '])')
  if (value instanceof Set) return list('new Set([', value, '])')
  if (value instanceof Date) {
    return `new Date(${Number.isNaN(value.getTime()) ? 'NaN' : quoted(value.toISOString())})`
  }
  if (value instanceof RegExp) return String(value)
  if (value instanceof Error) return `new Error(${quoted(value.message)})`
  const parts = Object.entries(value).map(([key, field]) => ({
    prefix: `${keyOf(key)}: `,
    doc: docOf(field, inside),
  }))
  return { open: '{', close: '}', space: ' ', parts }
}

/** Setting a field `__proto__` by its plain name would set the prototype. */
const keyOf = (key: string): string =>
  key === '__proto__'
    ? `['__proto__']`
    : /^[A-Za-z_$][\w$]*$|^(0|[1-9]\d{0,14})$/.test(key)
      ? key
      : quoted(key)

/** JSON text with halves of surrogate pairs escaped: older engines leave them as they are. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (units) =>
    units.length === 2 ? units : `\\u${units.charCodeAt(0).toString(16)}`,
  )

/** In single quotes, or in double ones where that saves escapes. */
const quoted = (text: string): string => {
  const escaped = jsonText(text).slice(1, -1)
  const singles = text.split("'").length
  const doubles = text.split('"').length
  return singles > doubles
    ? `"${escaped}"`
    : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
