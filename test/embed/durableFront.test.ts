// What the worker of docs/examples/durable-object lets in.
import { expect, it } from 'vitest'
import { callerOf, requestOf } from '../../docs/examples/durable-object/front.ts'
import { create } from './http.ts'

it('who asks and when is not for the client to say', () => {
  const body = {
    commitId: '1',
    commands: [create],
    actor: 'bob',
    occurredAt: 0,
    correlationId: 'c',
  }
  expect(requestOf(body, 'ann')).toStrictEqual({ commitId: '1', commands: [create], actor: 'ann' })
})

it('what only the process should send is refused, in a batch, too', () => {
  for (const command of [{ type: 'ChangeStatus', newStatus: 'shipped' }, { type: 'Ship' }]) {
    expect(requestOf({ commitId: '1', commands: [create, command] }, 'ann')).toBeUndefined()
  }
})

it('what is no request is left to the object to refuse', () => {
  for (const body of [undefined, null, 1, [], {}, { commitId: 1, commands: 1 }]) {
    expect(requestOf(body, 'ann')).toStrictEqual({ commitId: '', commands: [], actor: 'ann' })
  }
})

it('a caller is known by a token, and by no name that objects inherit', () => {
  const tokens = '{ "t": "ann" }'
  expect(callerOf(tokens, 'Bearer t')).toBe('ann')
  for (const header of [null, '', 'Bearer ', 'Bearer toString', 'Bearer __proto__']) {
    expect(callerOf(tokens, header)).toBeUndefined()
  }
})
