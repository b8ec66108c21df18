import { describe, expect, it, vi } from 'vitest'
import { jsonText, stringLiteral, seen } from '../../../src/testing/internal/text.ts'

describe('JSON text', () => {
  it('has halves of characters escaped, and whole ones as they are', () => {
    expect(jsonText({ a: '\ud83d\ude00', b: '\ud83d', c: '\ude00\ud83d' })).toBe(
      '{"a":"\ud83d\ude00","b":"\\ud83d","c":"\\ude00\\ud83d"}',
    )
  })

  it('is so in engines, too, that leave halves as they are', () => {
    const older = vi.spyOn(JSON, 'stringify').mockImplementation((text) => `"${text}"`)
    const text = jsonText('\ud83d\ude00 \ud83d \ude00')
    older.mockRestore()
    expect(text).toBe('"\ud83d\ude00 \\ud83d \\ude00"')
  })

  it('is so at both ends of what is a half', () => {
    const older = vi.spyOn(JSON, 'stringify').mockImplementation((text) => `"${text}"`)
    const text = jsonText('\ud800 \udbff \udc00 \udfff \ud7ff \ud800\udc00 \udbff\udfff')
    older.mockRestore()
    expect(text).toBe('"\\ud800 \\udbff \\udc00 \\udfff \ud7ff \ud800\udc00 \udbff\udfff"')
  })
})

describe('a text in which everything is seen', () => {
  it.each<[string, ReadonlyArray<number>, string]>([
    ['controls', [0, 8, 0xb, 0x1f, 0x7f, 0x9f], '\\u0000\\u0008\\u000b\\u001f\\u007f\\u009f'],
    ['other blanks', [0xa0, 0x1680, 0x2000, 0x3000], '\\u00a0\\u1680\\u2000\\u3000'],
    ['ends of lines', [0x2028, 0x2029], '\\u2028\\u2029'],
    ['formats', [0xad, 0x600, 0x200f, 0x110bd], '\\u00ad\\u0600\\u200f\\u{110bd}'],
    ['what draws nothing', [0x34f, 0x3164, 0xfe0f, 0xe0041], '\\u034f\\u3164\\ufe0f\\u{e0041}'],
    ['private use', [0xe000, 0xf8ff, 0x10ffff], '\\ue000\\uf8ff\\u{10ffff}'],
    ['no characters', [0xfdd0, 0xfffe, 0xffff], '\\ufdd0\\ufffe\\uffff'],
  ])('has %s escaped', (_, codes, text) => {
    expect(seen(String.fromCodePoint(...codes))).toBe(text)
    expect(seen(codes.map((code) => `a${String.fromCodePoint(code)}`).join(''))).toBe(
      text.replaceAll('\\', 'a\\'),
    )
  })

  it('has the usual blank, lines and all else as they are', () => {
    const text = `it's "a"\tб é 漢 \u{1f600}\n\\ {u}-0af\u2010\u2027\u2030`
    expect(seen(text)).toBe(text)
    expect(seen('')).toBe('')
  })
})

describe('a text in quotes', () => {
  it.each([
    ['', `''`],
    ['a', `'a'`],
    [`it's`, `"it's"`],
    [`"a"`, `'"a"'`],
    [`'"`, `'\\'"'`],
    [`''"`, `"''\\""`],
    [`''""`, `'\\'\\'""'`],
    [`""'`, `'""\\''`],
    ['\\\n\u200b', `'\\\\\\n\\u200b'`],
  ])('is escaped where it has to be: %s', (text, inQuotes) => {
    expect(stringLiteral(text)).toBe(inQuotes)
  })
})
