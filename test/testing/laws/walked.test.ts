import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import type { WantedWalks } from '../../../src/testing/laws/walked.ts'
import { showWalks, watchWalks } from '../../../src/testing/laws/walked.ts'

type Command = { readonly type: string; readonly n?: number } | string | number | object
type Event = { readonly type: string } | number

/** Holds what it is given; rejects `No`; `Idle` does nothing; a number is an event itself. */
const box: Decider<Command, number, Event, { readonly type: 'Never' } | string> = {
  initialState: 0,
  decide: (command) => {
    if (typeof command === 'number') return right([command])
    if (typeof command === 'string') return left('no strings')
    if (!('type' in command)) return right([])
    if (command.type === 'No') return left({ type: 'Never' })
    if (command.type === 'Idle') return right([])
    return right([{ type: 'Put' }, { type: 'Noted' }, { type: 'Put' }])
  },
  evolve: (n) => n + 1,
  isTerminal: () => false,
}

const put = { type: 'Put' }
const no = { type: 'No' }
const idle = { type: 'Idle' }

const seen = (
  walks: ReadonlyArray<ReadonlyArray<Command>>,
  wanted: WantedWalks<Command, number, Event> = {},
  asked = walks.length,
) => {
  const watch = watchWalks<Command, number, Event, { readonly type: 'Never' } | string>(wanted)
  for (const commands of walks) watch.walked(traceOf(box, commands), commands)
  return { watch, report: watch.report({ asked, leftOut: [] }) }
}

describe('what walks were like', () => {
  it('is told by command and outcome, and by the walks that saw it', () => {
    const { report } = seen([[put, no, put, no], [no, idle], [idle]])
    expect(report).toStrictEqual({
      asked: 3,
      walks: 3,
      commands: [
        { command: 'Idle', accepted: [{ events: [], count: 2 }], rejected: [] },
        { command: 'No', accepted: [], rejected: [{ rejection: 'Never', count: 3 }] },
        { command: 'Put', accepted: [{ events: ['Put', 'Noted'], count: 2 }], rejected: [] },
      ],
      shares: [
        { name: 'Never', walks: 2 },
        { name: 'Noted', walks: 1 },
        { name: 'Put', walks: 1 },
      ],
      unseen: [
        'Idle never emitted an event (asked 2 times)',
        'No was rejected each time (asked 3 times)',
      ],
      leftOut: [],
      problems: [],
    })
  })

  it('is forgotten where the walks begin again', () => {
    const { watch } = seen([[put]], { label: () => 'any' })
    watch.restart()
    expect(watch.report({ asked: 0, leftOut: [] })).toMatchObject({
      walks: 0,
      commands: [],
      shares: [],
      problems: [],
    })
  })

  it('proves too little where no command emitted an event', () => {
    const { report } = seen([[no, idle], [no]])
    expect(report.problems).toStrictEqual([
      `no command emitted an event: of 3 commands in 2 walks, none changed anything,
so nearly nothing was tested. The outcomes:
  Idle  no event         1
  No    rejected: Never  2`,
    ])
    expect(seen([[]]).report.problems).toStrictEqual([])
  })

  it('tells labels of the user, one or many of a walk, and each walk once', () => {
    const label: WantedWalks<Command, number, Event>['label'] = ({
      commands,
      events,
      states,
      state,
    }) => (state > 3 ? ['long', `${states.length}`, 'long'] : `${commands.length}/${events.length}`)
    const { report } = seen([[put], [put, put], [no]], { label })
    expect(report.shares).toStrictEqual([
      { name: '1/0', walks: 1 },
      { name: '1/3', walks: 1 },
      { name: '7', walks: 1 },
      { name: 'Never', walks: 1 },
      { name: 'Noted', walks: 2 },
      { name: 'Put', walks: 2 },
      { name: 'long', walks: 1 },
    ])
  })

  it('is a failure where a label throws', () => {
    const label = () => {
      throw new Error('none')
    }
    const { report } = seen([[put], [put]], { label })
    expect(report.problems).toStrictEqual(['label threw Error: none'])
  })

  it('is a failure where less was seen than cover asks for, down to once', () => {
    const walks = [[put], [no, put], [put], [put]]
    const problems = (cover: Readonly<Record<string, number>>) =>
      seen(walks, { cover, label: () => 'any' }).report.problems
    expect(problems({ Put: 100, Never: 25, any: 100, Noted: 0 })).toStrictEqual([])
    expect(problems({ Never: 26, EUR: 10, USD: 0 })).toStrictEqual([
      'Never was seen in 1 of 4 walks (25 %), and cover asks for 26 %',
      'EUR was seen in 0 of 4 walks (0 %), and cover asks for 10 %',
      'USD was seen in 0 of 4 walks (0 %), and cover asks for 0 %',
    ])
    expect(seen([], { cover: { EUR: 1 } }).report.problems).toStrictEqual([
      'EUR was seen in 0 of 0 walks (0 %), and cover asks for 1 %',
    ])
  })

  it('does not tell apart what has no kind, nor more kinds than a table has room for', () => {
    const { report } = seen([[1, 2, {}, 'a', 'b'.repeat(41), { key: 'k', command: { type: 'A' } }]])
    expect(report.commands.map(({ command }) => command)).toStrictEqual([
      "'a'",
      'A',
      'a number',
      'a string',
      'an object',
    ])
    expect(report.shares).toContainEqual({ name: 'a number', walks: 1 })
    const many = Array.from({ length: 80 }, (_, i) => ({ type: `T${i}` }))
    expect(seen([many]).report.commands).toHaveLength(51)
    expect(seen([many]).report.commands.at(-1)?.command).toBe('others')
  })

  it('is shown in lines', () => {
    const { watch } = seen([[put, no], [put]], { cover: { EUR: 1 }, label: () => 'USD' })
    const report = watch.report({ asked: 5, leftOut: ['3 of 5 walks under B1: the time was up'] })
    expect(showWalks(report)).toStrictEqual([
      '2 of 5 walks',
      '',
      'Proves too little',
      '  EUR was seen in 0 of 2 walks (0 %), and cover asks for 1 %',
      '',
      'Never seen',
      '  No was rejected each time (asked 1 times)',
      '',
      'No time for',
      '  3 of 5 walks under B1: the time was up',
      '',
      'Commands and their outcomes',
      '  No   rejected: Never  1',
      '  Put  Put, Noted       2',
      '',
      'Seen in',
      '  Never  1 of 2 walks (50 %)',
      '  Noted  2 of 2 walks (100 %)',
      '  Put    2 of 2 walks (100 %)',
      '  USD    2 of 2 walks (100 %)',
    ])
    expect(showWalks(seen([[put]]).report)[0]).toBe('1 walks')
  })
})
