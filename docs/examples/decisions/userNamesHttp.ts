// User names over HTTP: `POST /user-names` with a name. Who asks for it comes from the request, not from the body.
import { codec, eventCodec } from 'decider-ts/codec/IoTs'
import type { EncodedEvent } from 'decider-ts/codec/EventCodec'
import type { FetchHandler } from 'decider-ts/embed/Fetch'
import { toDecisionFetchHandler } from 'decider-ts/embed/Fetch'
import type { EventStore } from 'decider-ts/store/EventStore'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { ClaimName } from './userNames.ts'
import { userNames } from './userNames.ts'

const events = eventCodec({ NameClaimed: { user: t.string, name: t.string, before: t.string } })
const body = codec(t.readonly(t.type({ name: t.string })))

/** `userOf` tells who sent a request, if that is known. */
export const userNamesHandler = (
  store: EventStore<EncodedEvent>,
  userOf: (request: Request) => string | undefined,
): FetchHandler =>
  toDecisionFetchHandler({
    decision: userNames,
    stream: ({ user }) => `user-${user}`,
    store,
    events,
    commands: body,
    command: ({ name }, { request }) => {
      const user = userOf(request)
      const headers = { 'www-authenticate': 'Bearer' }
      return user === undefined
        ? left({ status: 401, title: 'Who are you?', headers })
        : right<never, ClaimName>({ type: 'ClaimName', user, name })
    },
    metadata: (request) => ({ actor: userOf(request) }),
    rejectionStatus: (rejection) => (rejection === 'NameTaken' ? 409 : 422),
    base: '/user-names',
  })
