// Decisions over HTTP: requests that name no stream. The numbers are those of the laws in src/embed/Fetch.ts.
import { createServer } from 'node:http'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { userNamesHandler } from '../../../docs/examples/decisions/userNamesHttp.ts'
import { codec } from '../../../src/codec/IoTs.ts'
import type { DecisionFetchOptions, ServerFault } from '../../../src/embed/Fetch.ts'
import { toDecisionFetchHandler } from '../../../src/embed/Fetch.ts'
import { toRequestListener } from '../../../src/embed/Node.ts'
import { immediate } from '../../../src/shell/CommandHandler.ts'
import { decisionHandler } from '../../../src/shell/DecisionHandler.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import * as t from 'io-ts'
import { rightOf } from '../../contract/commits.ts'
import type { CourseCommand, CourseEvent, CourseRejection, Courses } from '../../support/courses.ts'
import { courseEvents, courses } from '../../support/courses.ts'
import { clientOf, problem } from '../http.ts'

type Options = DecisionFetchOptions<CourseCommand, Courses, CourseEvent, CourseRejection>

const place = { course: t.string, student: t.string }
const commands = codec(
  t.union([
    t.type({ type: t.literal('Offer'), course: t.string, seats: t.number }),
    t.type({ type: t.literal('Join'), ...place }),
    t.type({ type: t.literal('Leave'), ...place }),
  ]),
)
const stream = (command: CourseCommand) => `course-${command.course}`
const newStore = () => memoryStore({ now: () => Date.UTC(1996, 6, 5) })
const served = (more: Partial<Options> = {}) =>
  clientOf(
    toDecisionFetchHandler({
      decision: courses,
      stream,
      store: newStore(),
      commands,
      events: courseEvents,
      base: '/enrolments',
      retry: immediate(9),
      ...more,
    }),
  )

const offer = (course: string, seats: number) => ({ type: 'Offer', course, seats })
const join = (course: string, student: string) => ({ type: 'Join', course, student })

describe('a decision over HTTP', () => {
  it('law 1: is what the handler decides, with the key as the commit id', async () => {
    const store = newStore()
    const { post } = served({ store })
    const offered = await post('/enrolments', 'k1', offer('a', 1))
    expect(offered).toMatchObject({
      status: 200,
      body: {
        stream: 'course-a',
        position: 1,
        events: [
          {
            version: 1,
            position: 1,
            commitId: 'k1',
            event: { type: 'Offered', data: { seats: 1 } },
          },
        ],
      },
    })
    expect(offered.body).not.toHaveProperty('state')
    expect((await post('/enrolments/', 'k2', join('a', 's1'))).status).toBe(200)
    // sent again, after the seat was taken
    expect(await post('/enrolments', 'k2', join('a', 's1'))).toMatchObject({
      status: 200,
      body: { position: 2 },
    })
    const [commit] = rightOf(await (store.commits ?? expect.unreachable()).read(1, 9)()).commits
    expect(commit).toMatchObject({ commitId: 'k2', condition: { _tag: 'Some' } })
  })

  it('law 1: several commands are one commit, or rejected together', async () => {
    const { post } = served()
    const all = await post('/enrolments', 'k1', [offer('a', 2), join('a', 's1'), join('a', 's2')])
    expect(all).toMatchObject({ status: 200, body: { position: 3 } })
    const one = await post('/enrolments', 'k2', [offer('b', 1), join('a', 's3')])
    expect(one).toMatchObject(
      problem('Rejected', 422, {
        stream: 'course-b',
        position: 3,
        index: 1,
        rejection: 'CourseFull',
      }),
    )
    expect(await post('/enrolments', 'k3', offer('b', 1))).toMatchObject({ body: { position: 4 } })
  })

  it('law 1: of many at once who want the last seat one gets it', async () => {
    const { post } = served({ rejectionStatus: () => 409, rejection: (own) => ({ why: own }) })
    await post('/enrolments', 'offer', offer('a', 1))
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, i) => post('/enrolments', `k${i}`, join('a', `s${i}`))),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const others = answers.filter(({ status }) => status !== 200)
    for (const other of others) {
      expect(other).toMatchObject(problem('Rejected', 409, { rejection: { why: 'CourseFull' } }))
      expect(other.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  it('law 1: a conflict in every attempt is a 409 that may be sent again', async () => {
    const store = newStore()
    const inner = decisionHandler({ decision: courses, store, events: courseEvents, stream })
    let n = 0
    const busy: typeof store = {
      ...store,
      append: (commit) => async () => {
        await inner({
          commitId: `other ${n}`,
          commands: [{ type: 'Offer', course: 'a', seats: ++n }],
        })()
        return store.append(commit)()
      },
    }
    const { post } = served({ store: busy, retry: immediate(2) })
    expect(await post('/enrolments', 'k1', offer('a', 99))).toMatchObject(
      problem('AppendConditionFailed', 409, { stream: 'course-a' }),
    )
  })

  it('shows of the state what it is told to', async () => {
    const { post } = served({ state: ({ seats }) => seats })
    expect(await post('/enrolments', 'k1', offer('a', 1))).toMatchObject({
      body: { state: { a: 1 } },
    })
  })

  it('law 4: refuses other paths, methods, bodies and headers', async () => {
    const { post, send, get } = served()
    const sent = async (
      path: string,
      headers: Readonly<Record<string, string>> = {},
      body: unknown = offer('a', 1),
    ) =>
      // prettier-ignore
      post(path, 'k1', body, headers)
    expect(await sent('/enrolments/a')).toMatchObject(problem('UnknownPath', 404))
    expect(await sent('/')).toMatchObject(problem('UnknownPath', 404))
    expect(await sent('/other')).toMatchObject(problem('UnknownPath', 404))
    const got = await get('/enrolments')
    expect(got).toMatchObject(problem('MethodNotAllowed', 405))
    expect(got.headers.get('allow')).toBe('POST')
    expect(await sent('/enrolments', { 'if-match': '"1"' })).toMatchObject(problem('InvalidHeader', 400, { header: 'If-Match' })) // prettier-ignore
    expect(await sent('/enrolments', { 'if-none-match': '*' })).toMatchObject(problem('InvalidHeader', 400)) // prettier-ignore
    expect(await sent('/enrolments', { 'idempotency-key': '' })).toMatchObject(problem('InvalidHeader', 400)) // prettier-ignore
    expect(await sent('/enrolments', { 'content-type': 'text/plain' })).toMatchObject(problem('UnsupportedMediaType', 415)) // prettier-ignore
    expect(await sent('/enrolments', {}, { type: 'Offer' })).toMatchObject(problem('InvalidCommand', 400)) // prettier-ignore
    expect(await sent('/enrolments', {}, [])).toMatchObject(problem('InvalidCommand', 400))
    const headers = { 'content-type': 'application/json' }
    expect(await send('/enrolments', { method: 'POST', headers, body: '{}' })).toMatchObject(problem('MissingIdempotencyKey', 400)) // prettier-ignore
  })

  it('is at the root, where there is no base', async () => {
    const { post } = served({ base: '' })
    expect((await post('/', 'k1', offer('a', 1))).status).toBe(200)
    expect((await post('/a', 'k2', offer('a', 1))).status).toBe(404)
  })

  it('law 6: asks the hooks, and decides what they make of a command', async () => {
    const seen: Array<unknown> = []
    const { post } = served({
      command: (command, { request, metadata }) => {
        seen.push([request.method, metadata])
        return command.type === 'Offer' ? left({ status: 403, title: 'No' }) : right(command)
      },
      metadata: () => ({ actor: 'nancy' }),
      commitId: () => 'made',
    })
    expect((await post('/enrolments', 'k1', offer('a', 1))).status).toBe(403)
    expect(seen).toStrictEqual([['POST', { actor: 'nancy' }]])
    expect((await post('/enrolments', 'k1', join('a', 's1'))).body).toMatchObject({
      rejection: 'NoCourse',
    })
  })

  it('law 7: the key of a request with events is refused with other commands', async () => {
    const { post } = served()
    await post('/enrolments', 'k1', offer('a', 1))
    expect(await post('/enrolments', 'k1', offer('a', 2))).toMatchObject(problem('CommitIdReused', 422)) // prettier-ignore
    expect(await post('/enrolments', 'k1', offer('b', 1))).toMatchObject(problem('CommitIdTaken', 422)) // prettier-ignore
  })

  it('laws 4, 8: tells faults without their causes, and answers in time', async () => {
    const faults: Array<ServerFault> = []
    const store = newStore()
    const down = served({
      store: { ...store, readAll: () => () => Promise.reject(new Error('secret')) },
      onFault: (fault) => void faults.push(fault),
    })
    const failed = await down.post('/enrolments', 'k1', offer('a', 1))
    expect(failed).toMatchObject(problem('StoreUnavailable', 503))
    expect(failed.text).not.toMatch('secret')
    expect(faults.map(({ type }) => type)).toStrictEqual(['StoreUnavailable'])
    const slow = served({
      store: { ...store, readAll: () => () => new Promise(() => {}) },
      timeout: 20,
    })
    expect(await slow.post('/enrolments', 'k1', offer('a', 1))).toMatchObject(problem('GivenUp', 503)) // prettier-ignore
    const thrown = served({ stream: () => { throw new Error('secret') } }) // prettier-ignore
    expect(await thrown.post('/enrolments', 'k1', offer('a', 1))).toMatchObject(problem('Thrown', 500)) // prettier-ignore
  })
})

it('the example serves user names from a socket', async () => {
  const userOf = (request: Request) => request.headers.get('authorization')?.replace('Bearer ', '')
  const server = createServer(toRequestListener(userNamesHandler(memoryStore(), userOf)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    const address = server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const claim = async (user: string | undefined, name: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/user-names`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'idempotency-key': `${user}-${name}`,
          ...(user !== undefined && { authorization: `Bearer ${user}` }),
        },
        body: JSON.stringify({ name }),
      })
      return { status: response.status, body: await response.json() }
    }
    const [one, two] = await Promise.all([claim('u1', 'Ada'), claim('u2', 'ADA')])
    expect([one.status, two.status].sort((a, b) => a - b)).toStrictEqual([200, 409])
    expect([one, two].find(({ status }) => status === 409)?.body).toMatchObject({ rejection: 'NameTaken' }) // prettier-ignore
    expect((await claim(undefined, 'ada')).status).toBe(401)
    expect((await claim('u3', '')).status).toBe(422)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
