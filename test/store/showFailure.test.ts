import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { AnyFailure } from '../../src/store/showFailure.ts'
import { failureToJson, showFailure } from '../../src/store/showFailure.ts'

const issue = { path: ['lines', 0, 'quantity'], expected: 'a whole number', actual: 0.5 }
const issues = [issue] as const
const wrong = 'lines[0].quantity: expected a whole number, got 0.5'
const coded = (code: string, message = 'm', more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more })
const unavailable = (cause: unknown) =>
  ({ type: 'StoreUnavailable', operation: 'load', cause }) as const
const shown = (cause: unknown): string =>
  showFailure(unavailable(cause)).replace('the store failed (load): ', '')

const owner = { pid: 42, host: 'vm', since: Date.UTC(2026, 0, 2) }
const command = { commandType: 'AddLine', schemaVersion: 2, path: '', issues }
const data = { eventType: 'LineAdded', schemaVersion: 2, issues }
const conflict = { type: 'VersionConflict', stream: 's', actual: 3 } as const
const givenUp = { type: 'GivenUp', operation: 'append', cause: undefined } as const
const once =
  'it is unknown whether anything was stored until it is sent again with the same commit id'
const again =
  'it is unknown whether the events were stored until they are sent again with the same commit id'

const failures: ReadonlyArray<readonly [AnyFailure<unknown>, string]> = [
  [
    {
      type: 'PoisonEvent',
      readModel: 'orders',
      position: 7,
      stream: 's',
      reason: 'evolve',
      cause: new Error('no'),
    },
    'read model "orders" cannot process the event of stream "s" at position 7: the read model threw: no',
  ],
  [
    { type: 'TablesUnavailable', operation: 'apply', cause: new Error('gone') },
    'the database of the read models failed while storing a batch: gone',
  ],
  [
    { type: 'BatchRefused', readModel: 'orders', cause: coded('23514') },
    'the database refused a batch of read model "orders": m (23514)',
  ],
  [
    {
      type: 'SwapRefused',
      readModel: 'orders',
      subject: 'view latest',
      cause: coded('42703'),
    },
    'the new tables of read model "orders" were not made live, since they cannot take over view latest: m (42703)',
  ],
  [
    {
      type: 'ReadModelStopped',
      readModel: 'orders',
      reason: { type: 'PoisonEvent', position: 7, message: 'evolve, stream s: no' },
    },
    'read model "orders" was stopped at position 7: evolve, stream s: no',
  ],
  [
    { type: 'ReadModelChanged', readModel: 'orders', stored: '1', given: '2' },
    'the tables of read model "orders" are those of another version of it: rebuild them, or run that version',
  ],
  [
    { type: 'ReadModelReplaced', readModel: 'orders' },
    'read model "orders" was replaced by another version of it',
  ],
  [
    { type: 'InvalidReadModel', readModel: 'orders', issues },
    `read model "orders" cannot be kept as tables: ${wrong}`,
  ],
  [{ type: 'NotOwned', readModel: 'orders' }, 'another process owns read model "orders"'],
  [
    { ...conflict, expected: { type: 'NoStream' } },
    'stream "s" is at version 3, but was expected not to exist',
  ],
  [
    { ...conflict, expected: { type: 'Exactly', version: 2 } },
    'stream "s" is at version 3, but version 2 was expected',
  ],
  [
    { ...conflict, expected: { type: 'Exactly', version: 3 } },
    'stream "s" is at version 3, as expected, but holds other events than those that were read',
  ],
  [
    { ...conflict, expected: { type: 'Any' } },
    'stream "s" is at version 3, and other writers came first in every attempt',
  ],
  [
    { ...conflict, actual: 0, expected: { type: 'Exactly', version: 2 } },
    'there is no stream "s", but version 2 was expected',
  ],
  [
    { type: 'CommitIdTaken', commitId: 'c', stream: 's' },
    'commit id "c" belongs to a commit of stream "s"',
  ],
  [
    { type: 'CommitIdReused', commitId: 'c', stream: 's' },
    'commit id "c" was used in stream "s" before, for another request',
  ],
  [
    { type: 'InvalidCommit', stream: 's', issues },
    `a commit to stream "s" cannot be stored: ${wrong}`,
  ],
  [
    { type: 'UndecodableEvent', stream: 's', version: 3, position: 17, path: '', ...data },
    `event 3 of stream "s" (position 17) cannot be decoded: LineAdded, version 2 of its data: ${wrong}`,
  ],
  [
    { type: 'UndecodableCommand', commitId: 'c', stream: 's', position: 17, index: 1, ...command },
    `command 1 of commit "c" of stream "s" (position 17) cannot be decoded: AddLine, version 2 of its data: ${wrong}`,
  ],
  [
    { type: 'UnencodableCommand', stream: 's', index: 0, ...command },
    `command 0 of a request for stream "s" cannot be kept: AddLine, version 2 of its data: ${wrong}`,
  ],
  [
    { type: 'InvalidSnapshot', operation: 'load', stream: 's', version: 3, path: '', issues },
    `a snapshot of stream "s" at version 3 cannot be read: ${wrong}`,
  ],
  [
    { type: 'InvalidCheckpoint', operation: 'save', process: 'p', position: 3, path: '', issues },
    `a checkpoint of process "p" at position 3 cannot be saved: ${wrong}`,
  ],
  [
    { type: 'CheckpointsUnavailable', operation: 'take', cause: coded('E1', 'down') },
    'the store of checkpoints failed (take): down (E1)',
  ],
  [
    { type: 'SnapshotsUnavailable', operation: 'save', cause: coded('E1', 'down') },
    'the store of snapshots failed (save): down (E1)',
  ],
  [
    { type: 'UnencodableEvent', stream: 's', index: 0, path: '', ...data },
    `event 0 of a commit to stream "s" cannot be encoded: LineAdded, version 2 of its data: ${wrong}`,
  ],
  [
    { type: 'StoreUnavailable', operation: 'append', cause: 'gone' },
    `the store failed (append): gone; ${again}`,
  ],
  [
    { type: 'StoreBusy', waiting: 1_000 },
    'the store is busy: 1000 appends are waiting, which is the limit; nothing was stored; try again later',
  ],
  [
    { ...givenUp, reason: 'TimedOut', outcome: 'Unknown' },
    `the time limit passed in the store's append; ${once}`,
  ],
  [
    {
      ...givenUp,
      operation: 'wait',
      reason: 'Aborted',
      outcome: 'NotStored',
      cause: new Error('bye'),
    },
    'the call was aborted while waiting for a turn or for another attempt (bye); nothing was stored',
  ],
  [
    { type: 'HistoryChanged', position: 9, expected: some('a'), actual: some('b') },
    'the checkpoint at position 9 after commit "a" does not match the store, which has commit "b" there: ' +
      'discard it and start again from position 0',
  ],
  [
    { type: 'HistoryChanged', position: 9, expected: none, actual: none },
    'the checkpoint at position 9 does not match the store, which has no event there: ' +
      'discard it and start again from position 0',
  ],
  [
    { type: 'Thrown', cause: new TypeError('x is not a function') },
    'a function that was passed in threw: TypeError: x is not a function',
  ],
  [
    { type: 'StoreLocked', proof: 'Process', lease: 10_000, directory: '.data', owner },
    '.data is in use by process 42 on vm since 2026-01-02T00:00:00.000Z',
  ],
  [
    { type: 'CorruptLock', file: '.data/lock' },
    '.data/lock is not a lock file of this library; it was left untouched',
  ],
  [
    { type: 'OwnershipLost', directory: '.data', reason: 'TakenOver' },
    'another process took .data over',
  ],
  [
    { type: 'OwnershipLost', directory: '.data', reason: 'Removed' },
    'the files of .data were removed or replaced',
  ],
  [
    { type: 'LockContended', directory: '.data' },
    'other processes won every attempt to lock .data; try again',
  ],
  [
    { type: 'DamagedDatabase', file: 'pg/PG_VERSION' },
    'the database is damaged: pg/PG_VERSION is missing; it was left untouched',
  ],
  [
    { type: 'TransactionFailed', reason: 'TimedOut', cause: undefined },
    'the transaction exceeded its time limit',
  ],
  [
    { type: 'TransactionFailed', reason: 'Closed', cause: undefined },
    'the database was closed from within the transaction',
  ],
  [
    { type: 'TransactionFailed', reason: 'Nested', cause: undefined },
    'a transaction was started inside another one',
  ],
  [
    { type: 'TransactionFailed', reason: 'Failed', cause: coded('53100') },
    'the transaction failed: the disk is full: m (53100); free some space',
  ],
  [
    { type: 'InsideTransaction' },
    'the store was called inside a transaction: call it before or after the transaction',
  ],
  [
    { type: 'TransactionEnded' },
    'the client of a transaction was used after the end of the transaction',
  ],
  [{ type: 'DatabaseClosed' }, 'the database is closed'],
  [
    { type: 'TransactionStatement', statement: 'begin' },
    '"begin" can\'t be run on the shared client: use the function transaction of the database',
  ],
  [
    { type: 'InvalidSchema', schema: 'a$' },
    '"a$" is not a valid schema name: 1 to 63 bytes without a dollar sign',
  ],
  [
    { type: 'NewerSchema', schema: 'shop', found: 9, known: 2 },
    'the tables in schema "shop" are of version 9, and this version of the library knows versions up to 2: ' +
      'update the library',
  ],
  [
    { type: 'OlderSchema', schema: 'shop', found: 1, known: 2 },
    'the tables in schema "shop" are of version 1, and version 2 is needed: run what ' +
      'migrationText("shop", 1) returns, or open with { migrate: true }',
  ],
  [
    { type: 'UnsupportedIsolation', isolation: 'serializable' },
    'the transactions of the connection are serializable, which makes the check of an append useless: set ' +
      'default_transaction_isolation to read committed',
  ],
  [
    { type: 'UnsupportedServer', version: '14.9' },
    'the server is PostgreSQL 14.9, and 15 or later is needed: update the server',
  ],
  [
    { type: 'MissingPackage', name: 'pg', cause: undefined },
    'the package pg is not installed: npm install pg',
  ],
  [{ type: 'LeaderChanged' }, 'the tab that ran the database was closed before it answered'],
  [
    { type: 'InvalidAttribute', attribute: 'id', expected: 'a name', actual: 1 },
    'not a valid CloudEvent: id: expected a name, got 1',
  ],
  [
    { type: 'InvalidData', ...data },
    `not a CloudEvent of this codec: LineAdded, version 2 of its data: ${wrong}`,
  ],
  [{ type: 'NotAnObject', actual: 7n }, 'not a CloudEvent: expected an object, got 7'],
  [
    { type: 'UnsupportedSchema', path: 'A.b', name: 'Date', reason: 'no origin' },
    'there is no JSON Schema for Date at "A.b": no origin',
  ],
  [
    { type: 'InvalidHookResult', hook: 'metadata', issues },
    `the hook "metadata" returned an unusable value: ${wrong}`,
  ],
  [data, `LineAdded, version 2 of its data: ${wrong}`],
  [issues, wrong],
]

describe('every failure has words', () => {
  it.each(failures.map(([failure, text]) => [text, failure] as const))('%s', (text, failure) => {
    expect(showFailure(failure)).toBe(text)
  })

  it.each([
    ['load', "in the store's load"],
    ['append', "in the store's append"],
    ['readAll', "in the store's readAll"],
    ['wait', 'while waiting for a turn or for another attempt'],
    ['send', 'while sending a command of a process'],
    ['decide', "in the decider's decide"],
    ['evolve', 'in evolve'],
    ['resume', "in the process's resume"],
    ['encode', "in the codec's encode"],
    ['decode', "in the codec's decode"],
    ['body', 'while reading the body of the request'],
    ['metadata', 'in the hook "metadata"'],
    ['commitId', 'in the hook "commitId"'],
    ['command', 'in the hook "command"'],
    ['read', 'in the hook "read"'],
  ] as const)('of a time limit that passed in %s', (operation, text) => {
    const late = { ...givenUp, operation, reason: 'TimedOut', outcome: 'NotStored' } as const
    expect(showFailure(late)).toBe(`the time limit passed ${text}; nothing was stored`)
  })

  it('many issues are cut short', () => {
    const many = [issue, issue, issue, issue, issue, issue, issue] as const
    expect(showFailure(many)).toBe(`${Array(5).fill(wrong).join('; ')}; and 2 more`)
  })
})

describe('a rejection', () => {
  const rejected = <R>(rejection: R) =>
    ({ type: 'Rejected', stream: 's', version: 4, index: 1, rejection }) as const
  const start = 'command 1 was rejected at version 4 of stream "s": '

  it('is shown in the words that are given for it', () => {
    expect(showFailure(rejected({ limit: 5 }), ({ limit }) => `at most ${limit}`)).toBe(
      `${start}at most 5`,
    )
  })

  it('is shown by its fields where the function that is given for it throws', () => {
    const noWords = () => {
      throw new Error('no words')
    }
    expect(showFailure(rejected(1), noWords)).toBe(`${start}1`)
  })

  it.each([
    [{ type: 'EmptyOrder' }, 'EmptyOrder'],
    [{ type: 'InvalidQuantity', quantity: 0, by: 'x' }, 'InvalidQuantity (quantity: 0, by: "x")'],
    ['too late', '"too late"'],
    [5n, '5'],
    [[1], '[1]'],
    [undefined, 'null'],
    [{ why: new Error('deep') }, '{"why":{"name":"Error","message":"deep"}}'],
  ])('%# without words is shown by its type and fields', (rejection, text) => {
    expect(showFailure(rejected(rejection))).toBe(start + text)
  })
})

const makeRoom = 'free some space'
const openFewer = 'open fewer, or put a connection pooler in front of the server'
const correctAddress = 'start the server, or correct its host and port'
const askForLess = 'do less in one statement, or raise the time limit'

describe('what users meet is said in words, with what to do', () => {
  it.each([
    ['ENOSPC', 'the disk is full', makeRoom],
    ['53100', 'the disk is full', makeRoom],
    ['53300', 'there are too many connections', openFewer],
    ['EROFS', 'the storage is read-only', ''],
    [
      '25006',
      'the server accepts no writes: it is a standby, or it is set to read-only',
      'connect to the primary',
    ],
    ['EACCES', 'permission denied', ''],
    ['42501', 'permission denied', 'grantText gives a role the rights that a store needs'],
    ['42883', 'a function is missing', 'createSchema creates those of a store'],
    ['42P01', 'a table or schema is missing', 'createSchema creates those of a store'],
    ['ECONNREFUSED', 'connection refused: nothing listens on that address', correctAddress],
    [
      '28P01',
      'the database rejected the user or the password',
      'correct them, or the pg_hba.conf of the server',
    ],
    ['3D000', 'there is no such database', 'create it, or correct its name'],
    ['55P03', 'a lock was not available in time', 'pg_stat_activity shows who holds it'],
    ['57P01', 'the server is shutting down, or somebody ended the connection', 'try again'],
    ['57P03', 'the database is starting or shutting down', 'try again'],
    ['42P07', 'something of that name exists already', 'rename it, or use another schema'],
    ['25P04', 'a transaction took too long', 'do less in one, or raise transaction_timeout'],
    ['57014', 'the statement timed out or was cancelled', askForLess],
    [
      'SELF_SIGNED_CERT_IN_CHAIN',
      "the server's certificate is not trusted",
      'pass the certificate of its authority as ssl.ca',
    ],
  ])('%s: %s', (code, meaning, advice) => {
    expect(shown(coded(code))).toBe(`${meaning}: m (${code})${advice && `; ${advice}`}`)
  })

  it.each([
    ['No space left on device', 'the disk is full', makeRoom],
    ['sorry, too many clients already', 'there are too many connections', openFewer],
    [
      'cannot execute INSERT in a read-only transaction',
      'the server accepts no writes: it is a standby, or it is set to read-only',
      'connect to the primary',
    ],
    [
      'connect ECONNREFUSED 127.0.0.1:5432',
      'connection refused: nothing listens on that address',
      correctAddress,
    ],
    [
      'canceling statement due to statement timeout',
      'the statement timed out or was cancelled',
      askForLess,
    ],
    [
      'timeout exceeded when trying to connect',
      'all connections are in use',
      'allow more of them, or hold each for less time',
    ],
    [
      'Connection terminated due to connection timeout',
      'the server did not answer in time',
      'check that it can be reached',
    ],
    ['Connection terminated unexpectedly', 'the connection was lost', 'try again'],
    [
      'Client has encountered a connection error and is not queryable',
      'the connection was lost',
      'try again',
    ],
    [
      'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
      'the password is missing',
      'set one in the connection',
    ],
    [
      'unsupported startup parameter: options',
      'the connection pooler rejects a setting',
      'leave "options" out of the connection',
    ],
  ])('without a code: %s', (message, meaning, advice) => {
    expect(shown(new Error(message))).toBe(`${meaning}: ${message}; ${advice}`)
  })

  it('by the number of an error that has neither code nor message', () => {
    expect(shown({ name: 'ErrnoError', errno: 51 })).toBe(`the disk is full (ENOSPC); ${makeRoom}`)
    expect(shown({ name: 'ErrnoError', errno: 9_999 })).toBe('an error without a message')
  })

  it('by the name of an error of a browser', () => {
    expect(shown(new DOMException('full', 'QuotaExceededError'))).toBe(
      'the storage quota is used up: QuotaExceededError: full; free some space, or request a larger quota',
    )
  })

  it('of the operating system itself', async () => {
    const connected = await new Promise((settle) => {
      const socket = connect({ port: 1, host: '127.0.0.1' })
      socket.on('error', settle).on('connect', settle)
    })
    expect(shown(connected)).toBe(
      'connection refused: nothing listens on that address: connect ECONNREFUSED 127.0.0.1:1; ' +
        correctAddress,
    )
    const absent = await readFile('/nowhere/at/all').catch((thrown: unknown) => thrown)
    expect(shown(absent)).toContain('there is no such file or directory: ENOENT')
  })

  it.runIf(existsSync('/dev/full'))('of a disk that is full', async () => {
    const full = await writeFile('/dev/full', 'x').catch((thrown: unknown) => thrown)
    expect(shown(full)).toBe(
      `the disk is full: ENOSPC: no space left on device, write; ${makeRoom}`,
    )
  })

  it('once, where the message says so itself', () => {
    expect(shown(coded('42501', 'permission denied for table events'))).toBe(
      'permission denied for table events (42501); grantText gives a role the rights that a store needs',
    )
  })

  it('for each of several addresses', () => {
    const attempts = ['::1', '127.0.0.1'].map((at) => coded('ECONNREFUSED', `connect ${at}`))
    const refused = Object.assign(new AggregateError(attempts, ''), { code: 'ECONNREFUSED' })
    expect(shown(refused)).toContain('connect ::1')
    expect(shown(refused)).toContain('connect 127.0.0.1')
    expect(shown(refused).split(correctAddress)).toHaveLength(2)
  })
})

describe('causes', () => {
  it('are followed, ours and those of others', () => {
    const inner = coded('ENOSPC', 'write')
    expect(shown(new Error('can not save', { cause: inner }))).toBe(
      `can not save: the disk is full: write (ENOSPC); ${makeRoom}`,
    )
    expect(shown({ type: 'CorruptLock', file: 'f' })).toBe(
      'f is not a lock file of this library; it was left untouched',
    )
    expect(shown(new Error('outer', { cause: unavailable(inner) }))).toBe(
      `outer: the store failed (load): the disk is full: write (ENOSPC); ${makeRoom}`,
    )
  })

  it('that go in circles, or fail when they are read, end', () => {
    const circle = new Error('round')
    circle.cause = circle
    expect(shown(circle)).toBe('round: …')
    const ours: { type: 'StoreUnavailable'; operation: 'load'; cause: unknown } = {
      type: 'StoreUnavailable',
      operation: 'load',
      cause: undefined,
    }
    ours.cause = ours
    expect(shown(ours)).toContain('…')
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('no')
      },
    })
    expect(typeof shown(hostile)).toBe('string')
    expect(failureToJson(unavailable(hostile))).toBeDefined()
  })

  it('that only look like ours are shown as they stand', () => {
    expect(shown({ type: 'VersionConflict', n: 1 })).toBe('VersionConflict (n: 1)')
  })

  it('that can not be looked into at all are told to be so', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(failureToJson(unavailable(proxy))).toMatchObject({ cause: '(unreadable)' })
    expect(typeof shown(proxy)).toBe('string')
  })

  it('stay on one line of a log, and of a bearable length', () => {
    expect(shown(new Error('a\nERROR forged\u2028b\u0007'))).toBe('a ERROR forged b')
    expect(shown(new Error('x'.repeat(10_000))).length).toBe(500)
  })
})

describe('a failure as JSON', () => {
  it('keeps what JSON.stringify of an error loses', () => {
    const cause = coded('53100', 'disk', {
      severity: 'ERROR',
      params: ['secret'],
      cause: new RangeError('r'),
    })
    expect(failureToJson(unavailable(cause))).toEqual({
      type: 'StoreUnavailable',
      operation: 'load',
      cause: {
        name: 'Error',
        message: 'disk',
        code: '53100',
        severity: 'ERROR',
        cause: { name: 'RangeError', message: 'r' },
      },
    })
  })

  it('shows what JSON has no words for', () => {
    const odd = {
      n: 1n,
      nan: NaN,
      minus: -0,
      at: new Date(0),
      never: new Date(NaN),
      map: new Map([['k', 1]]),
      set: new Set([2]),
      bytes: new Uint8Array(3),
      f: () => 1,
      none: undefined,
    }
    expect(failureToJson(unavailable(odd))).toMatchObject({
      cause: {
        n: '1',
        nan: 'NaN',
        minus: '0',
        at: '1970-01-01T00:00:00.000Z',
        never: 'Invalid Date',
        map: [['k', 1]],
        set: [2],
        bytes: '(3 bytes)',
        f: '(function)',
      },
    })
    const long = Array.from({ length: 1_002 }, () => 0)
    expect(failureToJson(unavailable(long))).toMatchObject({
      cause: { 1_000: '(2 more)' },
    })
  })

  it('of a lock keeps its fields', () => {
    const locked = {
      type: 'StoreLocked',
      proof: 'Process',
      lease: 10_000,
      directory: 'd',
      owner,
    } as const
    expect(failureToJson(locked)).toEqual(locked)
  })
})

describe('laws', () => {
  const errors: fc.Arbitrary<unknown> = fc.letrec<{ readonly error: unknown }>((tie) => ({
    error: fc
      .record({
        message: fc.stringMatching(/^[a-z ]{1,20}$/),
        code: fc.constantFrom('ENOSPC', '53100', '23505', 'E9'),
        cause: fc.oneof({ maxDepth: 3 }, fc.constant(undefined), tie('error'), fc.anything()),
      })
      .map(({ message, code, cause }) => coded(code, message, { cause })),
  })).error

  interface Caused {
    readonly message: string
    readonly code: string
    readonly cause?: unknown
  }

  /** Errors from the outside in. */
  const chainOf = (error: unknown): ReadonlyArray<Caused> =>
    error instanceof Error && 'code' in error
      ? // as they are drawn above
        [error as unknown as Caused, ...chainOf(error.cause)]
      : []

  it('1. messages and codes of all errors are in the words', () => {
    fc.assert(
      fc.property(errors, (error) => {
        const text = shown(error)
        for (const { message, code } of chainOf(error)) {
          expect(text).toContain(message.trim())
          expect(text).toContain(code)
        }
      }),
    )
  })

  it('2. what is given survives JSON text, with messages and codes', () => {
    fc.assert(
      fc.property(errors, (error) => {
        const json = failureToJson(unavailable(error))
        const text = JSON.stringify(json)
        expect(JSON.parse(text)).toEqual(json)
        for (const { message, code } of chainOf(error)) {
          expect(text).toContain(JSON.stringify(message))
          expect(text).toContain(JSON.stringify(code))
        }
      }),
    )
  })

  it('nothing throws, whatever stands in a failure, and the words are one line', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
      withSparseArray: true,
    })
    fc.assert(
      fc.property(anything, (cause) => {
        const rejected = {
          type: 'Rejected',
          stream: 's',
          version: 1,
          index: 0,
          rejection: cause,
        } as const
        for (const failure of [unavailable(cause), rejected]) {
          expect(showFailure(failure)).not.toMatch(/[\n\r\u2028\u2029]/)
          const json = failureToJson(failure)
          expect(JSON.parse(JSON.stringify(json))).toEqual(json)
        }
      }),
    )
  })
})
