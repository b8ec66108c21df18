import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { call, walkedChanges, fold, traceOf } from '../../../src/testing/internal/walkTrace.ts'
import type { Command, Event, State, Till } from '../till.ts'
import { till } from '../till.ts'

const at = (n: number, closed = false): State => ({ n, closed })
const set = (n: number): Command => ({ type: 'Set', n })
const wasSet = (n: number): Event => ({ type: 'WasSet', n })

describe('a trace', () => {
  const twice: Till = {
    ...till,
    decide: (command, state) =>
      command.type === 'Set'
        ? right([wasSet(command.n), wasSet(command.n + 1)])
        : till.decide(command, state),
  }
  const traced = () => traceOf(twice, [set(1), { type: 'Add', n: 9 }, { type: 'Add', n: 2 }])

  it('says of each step what it met and where it led, and keeps each state on the way', () => {
    expect(traced()).toStrictEqual({
      steps: [
        {
          command: set(1),
          before: at(0),
          version: 0,
          decision: right([wasSet(1), wasSet(2)]),
          after: at(2),
        },
        {
          command: { type: 'Add', n: 9 },
          before: at(2),
          version: 2,
          decision: left('TooMuch'),
          after: at(2),
        },
        {
          command: { type: 'Add', n: 2 },
          before: at(2),
          version: 2,
          decision: right([{ type: 'Added', n: 2 }]),
          after: at(4),
        },
      ],
      events: [wasSet(1), wasSet(2), { type: 'Added', n: 2 }],
      states: [at(0), at(1), at(2), at(4)],
      state: at(4),
    })
  })

  it('has the states around each event of a step, and none around a refusal', () => {
    const trace = traced()
    expect(trace.steps.map((step) => walkedChanges(trace, step))).toStrictEqual([
      [
        { before: at(0), event: wasSet(1), after: at(1) },
        { before: at(1), event: wasSet(2), after: at(2) },
      ],
      [],
      [{ before: at(2), event: { type: 'Added', n: 2 }, after: at(4) }],
    ])
  })

  it('of no commands is the initial state', () => {
    expect(traceOf(till, [])).toStrictEqual({
      steps: [],
      events: [],
      states: [at(0)],
      state: at(0),
    })
  })

  it('ends before the step at which the decider throws, in the midst of its events as well', () => {
    const fails = (n: number) => {
      if (n === 8) throw new Error('boom')
    }
    const decides: Till = {
      ...twice,
      decide: (command, state) => {
        if (command.type === 'Set') fails(command.n)
        return twice.decide(command, state)
      },
    }
    const evolves: Till = {
      ...twice,
      evolve: (state, event) => {
        if (event.type === 'WasSet') fails(event.n)
        return till.evolve(state, event)
      },
    }
    const whole = traceOf(twice, [set(1)])
    expect(traceOf(decides, [set(1), set(8), set(2)])).toStrictEqual(whole)
    expect(traceOf(evolves, [set(1), set(7), set(2)])).toStrictEqual(whole)
  })
})

describe('a call', () => {
  it('gives what it returned, or what it threw', () => {
    expect(call(() => 1)).toStrictEqual({ _tag: 'Returned', value: 1 })
    expect(
      call(() => {
        throw 'boom'
      }),
    ).toStrictEqual({ _tag: 'Threw', error: 'boom' })
  })
})

describe('a fold', () => {
  it('goes on from a state, event by event', () => {
    expect(
      fold(till, at(1), [{ type: 'Added', n: 2 }, wasSet(9), { type: 'Closed' }]),
    ).toStrictEqual(at(9, true))
    expect(fold(till, at(1), [])).toStrictEqual(at(1))
  })
})
