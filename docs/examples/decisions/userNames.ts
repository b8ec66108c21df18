// User names are unique, whatever the case of their letters, and a name that was given up may be taken again.
import type { TaggedProjection } from 'decider-ts/Decision'
import { fromProjections } from 'decider-ts/Decision'
import { tag } from 'decider-ts/Query'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'

/** Registers a user, or gives a user another name. */
export interface ClaimName {
  readonly type: 'ClaimName'
  readonly user: string
  readonly name: string
}

/** `before` is the name that becomes free; '' if the user had none. */
export interface NameClaimed {
  readonly type: 'NameClaimed'
  readonly user: string
  readonly name: string
  readonly before: string
}

const user = tag('user')
const name = tag('user name')
const folded = (text: string) => text.toLowerCase()

/** Who has a name; '' if it is free. */
const owners: TaggedProjection<string, NameClaimed> = {
  tag: name,
  initialState: '',
  evolve: { NameClaimed: (_, event, id) => (id === folded(event.name) ? event.user : '') },
}

const names: TaggedProjection<string, NameClaimed> = {
  tag: user,
  initialState: '',
  evolve: { NameClaimed: (_, event) => event.name },
}

export const userNames = fromProjections({
  projections: { owners, names },
  tags: (event: NameClaimed) => [
    user(event.user),
    ...new Set(
      [event.name, event.before]
        .filter((each) => each !== '')
        .map(folded)
        .map(name),
    ),
  ],
  reads: (command: ClaimName) => ({ names: [command.user], owners: [folded(command.name)] }),
  decide: (command, state): Either<'NameTaken' | 'NoName', ReadonlyArray<NameClaimed>> => {
    const owner = state.owners(folded(command.name))
    if (command.name === '') return left('NoName')
    if (owner !== '' && owner !== command.user) return left('NameTaken')
    const before = state.names(command.user)
    return right(command.name === before ? [] : [{ ...command, type: 'NameClaimed', before }])
  },
})
