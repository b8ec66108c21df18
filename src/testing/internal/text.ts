/**
 * Strings in which every character is visible, with quotes and without.

 */

/** JSON with lone surrogates escaped: older engines leave them as they are. */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value).replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g, (units) =>
    units.length === 2 ? units : `\\u${units.charCodeAt(0).toString(16)}`,
  )

/**
 * Controls, formats, default-ignorables, private use, noncharacters and all blanks but the usual one, by
 * code point: engines know the character classes of different years, and have to write the same.
 */
const ranges =
  '0-8 b-1f 7f-a0 ad 34f 600-605 61c 6dd 70f 890 891 8e2 115f 1160 1680 17b4 17b5 180b-180f ' +
  '2000-200f 2028-202f 205f-206f 3000 3164 e000-f8ff fdd0-fdef fe00-fe0f feff ffa0 fff0-fffb ' +
  'fffe ffff 110bd 110cd 13430-1343f 1bca0-1bca3 1d173-1d17a e0000-e0fff f0000-10ffff'

const invisible = new RegExp(
  `[${ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replaceAll(' ', '')}]`,
  'gu',
)

const escaped = (char: string): string => {
  const code = (char.codePointAt(0) ?? 0).toString(16) // it is one
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`
}

/** A string in which everything is visible, for use without quotes. */
export const seen = (text: string): string => text.replace(invisible, escaped)

/** In single quotes, or in double ones if that saves escapes. */
export const stringLiteral = (text: string): string => {
  const inside = seen(jsonText(text).slice(1, -1))
  const singles = text.split("'").length
  const doubles = text.split('"').length
  return singles > doubles
    ? `"${inside}"`
    : `'${inside.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
