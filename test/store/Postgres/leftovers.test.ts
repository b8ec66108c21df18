import { describe, expect, it } from 'vitest'
import { leavesNothing } from '../../../src/store/Postgres/leftovers.ts'

const result = (command: string | null) => ({ rows: [], command })

describe('what a statement leaves in its session', () => {
  it.each([
    ['select 1', 'SELECT'],
    ['insert into lamps values (1)', 'INSERT'],
    ['select temp from readings', 'SELECT'],
    ['set local role reader', 'SET'],
    ["select set_config('a.b', 'c', true)", 'SELECT'],
    ['', null],
  ])('nothing: %s', (text, command) => {
    expect(leavesNothing(text, result(command))).toBe(true)
  })

  it.each([
    ['set role reader', 'SET'],
    ['listen lamps', 'LISTEN'],
    ["select set_config('a.b', 'c', false)", 'SELECT'],
    ['select pg_advisory_lock(1)', 'SELECT'],
    ['create temp table lit as select 1', 'SELECT'],
    ['select 1 as one into temporary lit', 'SELECT'],
    ['create local temporary table lit as select 1', 'SELECT'],
    ['create table pg_temp.lit as select 1', 'SELECT'],
  ])('something: %s', (text, command) => {
    expect(leavesNothing(text, result(command))).toBe(false)
  })

  it('counts each of several statements', () => {
    expect(leavesNothing('select 1; select 2', [result('SELECT'), result('SELECT')])).toBe(true)
    expect(leavesNothing('select 1; listen lamps', [result('SELECT'), result('LISTEN')])).toBe(
      false,
    )
  })
})
