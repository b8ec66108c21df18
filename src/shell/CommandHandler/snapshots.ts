/**
 * Loads snapshots for a handler, and saves them behind its back.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Issues } from '../../codec/Codec.ts'
import { showPath } from '../../codec/Codec.ts'
import { left, right } from '../../internal/either.ts'
import type { CallOptions, HistoryMark, Thrown } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { orThrown } from '../internal/orThrown.ts'
import type {
  InvalidSnapshot,
  SnapshotFailure,
  SnapshotOptions,
  StoredSnapshot,
} from '../Snapshots.ts'
import { everyEvents } from '../Snapshots.ts'
import type { Folded } from './cache.ts'
import { stateFingerprint } from '../internal/fingerprint.ts'
import { encodeState } from '../internal/keptState.ts'

export interface Snapshots<in out S> {
  /** The state in the snapshot of a stream, if there is one that can be read. */
  readonly load: (stream: string, limits: CallOptions) => Promise<Folded<S> | undefined>
  /** Saves a state that was folded from an earlier version, if the policy says so. Nobody waits for that. */
  readonly offer: (stream: string, from: number, at: Folded<S>) => void
}

/** The most streams of which a snapshot is being saved; others have to wait until they are due again. */
const mostSaving = 64

export const snapshotsOf = <S>(options: SnapshotOptions<S>): Snapshots<S> => {
  const { store, codec, policy = everyEvents(1_000), timeout = 1_000, onFailure } = options
  const fingerprint = stateFingerprint(options.evolveVersion, codec)
  /** By stream, the state to be saved next; `undefined` while the last one is being saved. */
  const saving = new Map<string, Marked<S> | undefined>()
  const tell = (failure: SnapshotFailure): undefined => {
    try {
      onFailure?.(failure)
    } catch {
      // there is nowhere to report it
    }
  }
  const saveAll = async (stream: string): Promise<void> => {
    for (let at = saving.get(stream); at !== undefined; at = saving.get(stream)) {
      saving.set(stream, undefined)
      const snapshot = encoded(options, fingerprint, stream, at)
      const saved = snapshot._tag === 'Left' ? snapshot : await save(snapshot.right)
      if (saved._tag === 'Left') tell(saved.left)
    }
    saving.delete(stream)
  }
  const save = (snapshot: StoredSnapshot) =>
    orThrown(() => bounded('saveSnapshot', { timeout }, store.save(snapshot, { timeout })))
  return {
    load: async (stream, { signal }) => {
      const limits = { signal, timeout }
      const loaded = await orThrown(() =>
        bounded('loadSnapshot', limits, store.load(stream, fingerprint, limits)),
      )
      const read = loaded._tag === 'Left' ? loaded : decoded(options, fingerprint, loaded.right)
      return read?._tag === 'Left' ? tell(read.left) : read?.right
    },
    offer: (stream, from, at) => {
      try {
        if (!hasHistoryMark(at) || !policy.isDue(from, at.version)) return
        const isSaving = saving.has(stream)
        if (!isSaving && saving.size >= mostSaving) return
        saving.set(stream, at)
        // after the request has been answered
        if (!isSaving) setTimeout(() => void saveAll(stream), 0)
      } catch (cause) {
        tell({ type: 'Thrown', cause })
      }
    },
  }
}

/** A state with a whole mark. */
type Marked<S> = Folded<S> & { readonly mark: Required<HistoryMark> }

const hasHistoryMark = <S>(at: Folded<S>): at is Marked<S> =>
  at.mark?.position !== undefined && at.mark.recordedAt !== undefined

const encoded = <S>(
  { codec }: SnapshotOptions<S>,
  fingerprint: string,
  stream: string,
  { version, state, mark }: Marked<S>,
): Either<InvalidSnapshot | Thrown, StoredSnapshot> => {
  try {
    const data = encodeState(codec, state)
    return data._tag === 'Left'
      ? invalid('save', stream, version, data.left)
      : right({ stream, fingerprint, version, mark, state: data.right })
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const decoded = <S>(
  { codec }: SnapshotOptions<S>,
  fingerprint: string,
  found: Option<StoredSnapshot>,
): Either<InvalidSnapshot | Thrown, Folded<S>> | undefined => {
  if (found._tag === 'None' || found.value.fingerprint !== fingerprint) return undefined
  const { stream, version, mark } = found.value
  try {
    const state = codec.decode(found.value.state)
    if (state._tag === 'Left') return invalid('load', stream, version, state.left)
    return right({ version, state: state.right, mark })
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const invalid = (
  operation: InvalidSnapshot['operation'],
  stream: string,
  version: number,
  issues: Issues,
): Either<InvalidSnapshot, never> => {
  const path = showPath(issues[0].path)
  return left({ type: 'InvalidSnapshot', operation, stream, version, path, issues })
}
