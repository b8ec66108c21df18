/**
 * Any text as a label in a diagram's language, so that it shows as it is and is never read as
 * syntax.
 *
 */

/** Line ends of every system as one, control characters as pictures, no half of a character. */
const visible = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    .replace(/[\0-\x09\x0b-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/\x7f/g, '\u2421')
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')

const space = '\u00a0'

/** Its lines, of which an empty one holds its place. Not every drawing program keeps that. */
const linesOf = (text: string): ReadonlyArray<string> =>
  visible(text)
    .split('\n')
    .map((line) => line || space)

/**
 * Text in Mermaid: what is more than letters, digits and the plainest of signs is written as an
 * entity, and so are spaces at the ends, which would be cut off, and the one after `direction`: with
 * `LR` behind it, it turns the diagram wherever it stands in a line.
 */
export const inMermaid = (text: string): string =>
  linesOf(text)
    .map((line) =>
      line
        .replace(/^ +| +$/g, (spaces) => space.repeat(spaces.length))
        .replace(/[^\p{L}\p{N} .,()/+=-]/gu, (char) => `#${char.codePointAt(0)};`)
        .replace(/(direction) /gi, '$1#32;'),
    )
    .join('<br/>')

/** Texts in DOT, one under another, quoted. Graphviz reads HTML's entities, so `&` is one. */
export const inDot = (texts: ReadonlyArray<string>): string =>
  `"${texts
    .flatMap(linesOf)
    .join('\n')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\n', '\\n')}"`
