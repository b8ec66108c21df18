/**
 * Any string as a label in a diagram language, so that it is shown as it is and never read as syntax.
 *
 */

/** Uniform line ends, control characters as visible symbols, no lone surrogates. */
const visible = (label: string): string =>
  label
    .replace(/\r\n?/g, '\n')
    // oxlint-disable-next-line no-control-regex -- these are what is looked for
    .replace(/[\0-\x09\x0b-\x1f]/g, (char) => String.fromCharCode(0x2400 + char.charCodeAt(0)))
    .replace(/\x7f/g, '\u2421')
    .replace(/[\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')

const space = '\u00a0'

/** Its lines. An empty one gets a space, which not every program keeps. */
const labelLines = (label: string): ReadonlyArray<string> =>
  visible(label)
    .split('\n')
    .map((line) => line || space)

/**
 * A label in Mermaid. All characters but letters, digits and the simplest punctuation are entities.
 * Spaces at the ends would be cut off, so they do not break. `direction LR` would turn the diagram
 * anywhere in a line, so the space after `direction` is an entity.
 */
export const inMermaid = (label: string): string =>
  labelLines(label)
    .map((line) =>
      line
        .replace(/^ +| +$/g, (spaces) => space.repeat(spaces.length))
        .replace(/[^\p{L}\p{N} .,()/+=-]/gu, (char) => `#${char.codePointAt(0)};`)
        .replace(/(direction) /gi, '$1#32;'),
    )
    .join('<br/>')

/** Labels in DOT, one below the other, quoted. Graphviz reads HTML entities, so `&` is escaped. */
export const inDot = (labels: ReadonlyArray<string>): string =>
  `"${labels
    .flatMap(labelLines)
    .join('\n')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('&', '&amp;')
    .replaceAll('\n', '\\n')}"`
