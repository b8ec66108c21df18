import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { maxTextDepth, parseJson, printJson } from '../../../src/embed/Json/text.ts'
import { runs } from '../../setup.ts'

const jsonText = fc.json({ maxDepth: 3 })
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  jsonText,
  fc.tuple(jsonText, fc.nat(), fc.string({ maxLength: 1 })).map(([text, at, other]) => {
    const i = at % (text.length + 1)
    return text.slice(0, i) + other + text.slice(i + 1)
  }),
)

const tooDeep = `JSON text nested at most ${maxTextDepth} deep`

describe('laws', () => {
  it('law 1: what JSON.parse parses is parsed, anything else is refused', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const parsed = parseJson(text)
        let value: unknown
        try {
          value = JSON.parse(text)
        } catch {
          expect(parsed).toStrictEqual(left({ path: [], expected: 'JSON text', actual: text }))
          return
        }
        expect(parsed).toStrictEqual(right(value))
      }),
      { numRuns: runs(500) },
    )
  })

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
    ['both', '[{"[":', '}]'],
  ])('law 1: %s nested too deeply are refused, whatever is in texts', (_, open, close) => {
    const opened = open.split('"["').join('').replace(/[^[{]/g, '').length
    const nested = (times: number) => open.repeat(times) + '"\\"[[{{"' + close.repeat(times)
    const most = maxTextDepth / opened
    expect(parseJson(nested(most))._tag).toBe('Right')
    for (const text of [nested(most + 1), nested(100_000), open.repeat(100_000)]) {
      expect(parseJson(text)).toStrictEqual(left({ path: [], expected: tooDeep, actual: text }))
    }
  })

  it('law 1: many that are not nested do no harm', () => {
    const text = `[${Array(10_000).fill('[{}]').join()}]`
    expect(parseJson(text)._tag).toBe('Right')
  })

  it('law 1: what is no text is refused', () => {
    for (const value of [undefined, null, 1, {}, [], Symbol('a'), () => '[]', new String('1')]) {
      expect(parseJson(value)).toStrictEqual(
        left({ path: [], expected: 'JSON text', actual: value }),
      )
    }
  })

  it('law 2: what is printed is ASCII on one line, and parses to what it was', () => {
    const texts = fc.string({ unit: 'binary' })
    const odd = fc.constantFrom('\ud800', '\udc00\ud800', '\u2028', '\u007f', '😀', '\n', 'é')
    const values = fc.jsonValue({ depthSize: 'small', stringUnit: 'binary' })
    fc.assert(
      fc.property(fc.oneof(texts, odd, fc.dictionary(odd, odd), values), (value) => {
        const printed = printJson(value)
        expect(printed).toMatch(/^[ -~]*$/)
        expect(JSON.parse(printed)).toStrictEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: runs(500) },
    )
  })
})
