import { describe, expect, it } from 'vitest'
import { isOfContents, errorKindOf } from '../../../src/store/Sql/failures.ts'

const withCode = (code: string) => Object.assign(new Error('told by the server'), { code })

describe('an error of the driver', () => {
  it.each([
    // node-postgres, without a code
    new Error('Connection terminated'),
    new Error('Connection terminated unexpectedly'),
    new Error('Client was closed and is not queryable'),
    new Error('Client has encountered a connection error and is not queryable'),
    new Error('timeout exceeded when trying to connect'),
    new Error('Query read timeout'),
    // of the system, and of the server
    withCode('ECONNRESET'),
    Object.assign(new Error('connect EHOSTUNREACH'), { syscall: 'connect' }),
    withCode('08006'),
    withCode('57P01'),
    withCode('53300'),
  ])('that tells of a lost connection lets the call be made again: %s', (cause) => {
    expect(errorKindOf(cause)).toBe('Lost')
    expect(isOfContents(cause)).toBe(false)
  })

  it.each(['40001', '40P01', '23505'])('that tells of a race is one: %s', (code) => {
    expect(errorKindOf(withCode(code))).toBe('Raced')
  })

  it.each(['42501', '53100', '57014', '22P05'])('that stays is told at once: %s', (code) => {
    expect(errorKindOf(withCode(code))).toBe('Refused')
  })

  it('that concerns what was sent may be of one commit of several', () => {
    expect(isOfContents(withCode('22P05'))).toBe(true)
    expect(isOfContents(withCode('42501'))).toBe(false)
    expect(isOfContents(new Error('the driver can not send this'))).toBe(true)
    expect(isOfContents('nothing that is known')).toBe(false)
  })
})
