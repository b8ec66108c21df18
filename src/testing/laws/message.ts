/**
 * A broken law in words, with a scenario to paste.

 */
import type { Violation } from './model.ts'
import type { LawId } from './report.ts'
import { shown, source } from '../internal/source.ts'

/** What each law says. */
export const lawTitles: Readonly<Record<LawId, string>> = {
  B1: 'purity: called twice on frozen arguments, it returns the same, throws nothing and reads nothing else',
  B2: 'fold: folding a history in two parts gives the same as folding it at once',
  B3: 'replay: the state that a run leads to is the fold of its events',
  B4: 'any event leads to a state, and one that does not apply leaves the state as it was',
  B5: 'an emitted event changes the state that it meets, or is declared to have no effect',
  B6: 'invariants hold after every event of every emission',
  B7: 'a command declared idempotent, decided again in the state it led to, gives Right([])',
  B8: 'in a terminal state, decide gives Left or Right([])',
  B9: 'codec: events survive it, and old events lead where their successors lead',
  B10: 'a rejection changes nothing',
  B11: 'the stored state and the stored events lead to the same decisions',
  V0: 'sufficiency: deciding on what a command reads is deciding on everything',
  V1: 'an event that a command does not read changes nothing in what the command leads to',
  V2: 'reading for several commands at once is reading for each',
  V5: 'tags are proper, without repeats, and survive the codec, as the type in queries does',
  V6: 'an emitted event that changes what a command leads to is read by the command',
}

/** Where a failure was found, to reproduce it. */
export interface FoundAt {
  readonly seed: number
  readonly path: string
  readonly shrinks: number
}

/** What the scenario does as long as nothing is fixed. */
const comments = {
  true: '// fails until it is fixed',
  false: '// passes: it shows what happens',
  throws: '// throws, whatever is expected',
  varies: '// may pass or fail: it is not the same each time',
} as const

/** The violation as a test: TypeScript to paste. */
export const scenarioOf = <C, S, E, R>({
  given,
  command,
  shows,
  fails,
}: Violation<C, S, E, R>): string =>
  [
    comments[`${fails}`],
    'scenario(decider)',
    `  .given(${source(given, 2)})`,
    ...(command._tag === 'Some' ? [`  .when(${source(command.value, 2)})`] : []),
    shows.type === 'Events'
      ? `  .then(${source(shows.events, 2)})`
      : shows.type === 'Rejected'
        ? `  .thenRejected(${source(shows.rejection, 2)})`
        : `  .thenState(${source(shows.state, 2)})`,
  ].join('\n')

export const violationMessage = <C, S, E, R>(
  violation: Violation<C, S, E, R>,
  commands: ReadonlyArray<C>,
  { seed, path, shrinks }: FoundAt,
): string => {
  const { law, what, expected, seen, state } = violation
  const replay = `seed: ${seed}, path: '${path}', only: ['${law}']`
  return [
    `${law} does not hold: ${what}`,
    `(${law} ${lawTitles[law]})`,
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
    `shrunk ${shrinks} times; to reproduce it: laws(decider, { …, ${replay} })`,
  ].join('\n')
}

const block = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  title,
  ...lines.map((line) => `  ${line}`),
]
