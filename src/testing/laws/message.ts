/**
 * A broken law in words, with a scenario to paste.
 *
 */
import type { LawId, Violation } from './model.ts'
import { shown, source } from '../internal/source.ts'

/** What each law says, in the words of the laws. */
export const titles: Readonly<Record<LawId, string>> = {
  B1: 'purity: calling twice on frozen arguments gives the same, and nothing else is read or thrown',
  B2: 'fold: a history folds part by part',
  B3: 'replay: what a run led to is what its events fold to',
  B4: 'any event leads to a state, and one that does not apply to the state that it met',
  B5: 'an emitted event changes the state that it meets, or is declared to have no effect',
  B6: 'invariants hold at every prefix of every emission',
  B7: 'a command declared idempotent, decided again on the state it led to, gives Right([])',
  B8: 'terminal absorbs: in a terminal state decide gives Left or Right([])',
  B9: 'codec: events survive it, and old events lead where their successors lead',
  B10: 'a rejection changes nothing',
  B11: 'the stored state and the stored events lead to the same events',
}

/** Where a failure was found, to find it again. */
export interface Place {
  readonly seed: number
  readonly path: string
  readonly shrinks: number
}

/** What becomes of the test as long as nothing is mended. */
const sentences = {
  true: '// fails until it is mended',
  false: '// passes as it is: it shows what happens',
  throws: '// throws as it is, whatever is expected',
  varies: '// may pass and may fail: it is not the same each time',
} as const

/** The violation as a test: TypeScript to paste. */
export const scenarioOf = <C, S, E, R>({
  given,
  command,
  shows,
  fails,
}: Violation<C, S, E, R>): string =>
  [
    sentences[`${fails}`],
    'scenario(decider)',
    `  .given(${source(given, 2)})`,
    ...(command._tag === 'Some' ? [`  .when(${source(command.value, 2)})`] : []),
    shows.type === 'Events'
      ? `  .then(${source(shows.events, 2)})`
      : shows.type === 'Rejected'
        ? `  .thenRejected(${source(shows.rejection, 2)})`
        : `  .thenState(${source(shows.state, 2)})`,
  ].join('\n')

export const messageOf = <C, S, E, R>(
  violation: Violation<C, S, E, R>,
  commands: ReadonlyArray<C>,
  { seed, path, shrinks }: Place,
): string => {
  const { law, what, expected, seen, state } = violation
  const replay = `seed: ${seed}, path: '${path}', only: ['${law}']`
  return [
    `${law} does not hold: ${what}`,
    `(${law} ${titles[law]})`,
    '',
    scenarioOf(violation),
    '',
    ...block('expected', expected.split('\n')),
    ...block(
      'seen',
      seen.flatMap((line) => line.split('\n')),
    ),
    '',
    ...block('state', shown(state).split('\n')),
    ...block('commands', shown(commands).split('\n')),
    '',
    `made smaller ${shrinks} times; to see it again: laws(decider, { …, ${replay} })`,
  ].join('\n')
}

const block = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  title,
  ...lines.map((line) => `  ${line}`),
]
