import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { HistoryRecord } from '../../../src/testing/history.ts'
import { historyLine, parseHistory } from '../../../src/testing/history.ts'

const called: HistoryRecord = {
  type: 'Called',
  id: '1',
  client: 'ann',
  at: 1,
  call: { type: 'Load', stream: 'a\nb', afterVersion: 0, limit: Number.MAX_SAFE_INTEGER },
}
const answered: HistoryRecord = {
  type: 'Answered',
  id: '1',
  at: 2,
  answer: { type: 'Loaded', events: [] },
}
const lines = [called, answered].map(historyLine)

describe('a history as lines', () => {
  it('is parsed as it was', () => {
    for (const line of lines) expect(line).not.toContain('\n')
    expect(parseHistory(lines)).toStrictEqual(E.right([called, answered]))
    expect(parseHistory(`${lines.join('\n')}\n`.split('\n'))).toStrictEqual(
      E.right([called, answered]),
    )
  })

  it('may end within a line', () => {
    const text = `${lines.join('\n')}\n`
    for (let length = 0; length < text.length; length++) {
      const whole = text.slice(0, length).split('\n').length - 1
      const parsed = parseHistory(text.slice(0, length).split('\n'))
      // the last line may be complete but for its line feed
      const ends = [whole, whole + 1].map((n) => E.right([called, answered].slice(0, n)))
      expect(ends).toContainEqual(parsed)
    }
  })

  it.each(['{"type":"Call', '[]', 'null', '7', '{"type":"Other"}'])(
    'has no other line: %s',
    (content) => {
      const invalid = E.left({ type: 'InvalidHistoryLine', line: 2, content })
      expect(parseHistory([lines[0] ?? '', content, lines[1] ?? ''])).toStrictEqual(invalid)
      expect(parseHistory([lines[0] ?? '', content, ''])).toStrictEqual(invalid)
    },
  )
})
