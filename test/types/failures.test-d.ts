import type { Either } from 'fp-ts/lib/Either.js'
import { expectTypeOf, it } from 'vitest'
import type { Codec } from '../../src/codec/Codec.ts'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import type { fromCloudEvent, toCloudEvent } from '../../src/embed/CloudEvents.ts'
import type { ServerFault } from '../../src/embed/Fetch.ts'
import type { boundarySchema, codecSchema, eventsSchema } from '../../src/embed/Json/schema.ts'
import type { OrderRejection } from '../../src/order/index.ts'
import type { CommandHandler } from '../../src/shell/CommandHandler.ts'
import type { loopProcess } from '../../src/shell/ProcessRunner/loop.ts'
import type { ProcessRunner } from '../../src/shell/ProcessRunner.ts'
import type { catchUp } from '../../src/shell/Projector.ts'
import type { checkCommit } from '../../src/store/Engine.ts'
import type { lockDirectory } from '../../src/store/PGlite/directoryLock.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import type {
  CorruptLock,
  DamagedDatabase,
  LockContended,
  OwnershipLost,
} from '../../src/store/internal/pgliteFailures.ts'
import type {
  MissingPackage,
  NotAsked,
  TransactionFailed,
  TransactionStatement,
} from '../../src/store/internal/databaseFailures.ts'
import type { openPGlite } from '../../src/store/PGlite.ts'
import type { ReadModelProblem, ReadModelRunner } from '../../src/shell/ReadModelRunner.ts'
import type { ReadModelTables } from '../../src/shell/ReadModelRunner.ts'
import type { AnyFailure } from '../../src/store/showFailure.ts'
import { showFailure } from '../../src/store/showFailure.ts'
import type { openPostgres, UnsupportedServer } from '../../src/store/Postgres.ts'
import type {
  createSchema,
  InvalidSchema,
  NewerSchema,
  OlderSchema,
  UnsupportedIsolation,
} from '../../src/store/Sql.ts'
import type { LeaderChanged } from '../../src/store/BrowserTabs.ts'

/** What a function fails with, however many functions and promises stand in front. */
type FailureOf<F> = F extends (...given: ReadonlyArray<never>) => infer A
  ? FailureOf<A>
  : F extends Promise<infer A>
    ? FailureOf<A>
    : F extends { readonly _tag: 'Left'; readonly left: infer E }
      ? E
      : never

it('whatever a public function fails with has words', () => {
  type Of<F> = FailureOf<F>
  expectTypeOf<Of<CommandHandler<unknown, unknown, unknown, OrderRejection>>>().toExtend<
    AnyFailure<OrderRejection>
  >()
  expectTypeOf<Of<EventStore<unknown>['load']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<EventStore<unknown>['append']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<EventStore<unknown>['readAll']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof catchUp>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ProcessRunner<unknown, unknown, never>>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof loopProcess>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ReadModelRunner['runOnce']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ReadModelRunner['waitFor']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<ReadModelProblem>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ReadModelTables['prepare']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ReadModelTables['apply']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<ReadModelTables['rollBack']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof openPGlite>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof openPostgres>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof createSchema>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof lockDirectory>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof checkCommit>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<Codec<unknown>['decode']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<EventCodec<unknown>['decode']>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof toCloudEvent>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof fromCloudEvent>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof codecSchema>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof eventsSchema>>().toExtend<AnyFailure<never>>()
  expectTypeOf<Of<typeof boundarySchema>>().toExtend<AnyFailure<never>>()
})

it('so have the causes that are ours, and transactions', () => {
  expectTypeOf<CorruptLock>().toExtend<AnyFailure<never>>()
  expectTypeOf<LockContended>().toExtend<AnyFailure<never>>()
  expectTypeOf<OwnershipLost>().toExtend<AnyFailure<never>>()
  expectTypeOf<DamagedDatabase>().toExtend<AnyFailure<never>>()
  expectTypeOf<TransactionFailed | NotAsked>().toExtend<AnyFailure<never>>()
  expectTypeOf<TransactionStatement>().toExtend<AnyFailure<never>>()
  expectTypeOf<InvalidSchema | NewerSchema | OlderSchema>().toExtend<AnyFailure<never>>()
  expectTypeOf<UnsupportedIsolation | UnsupportedServer>().toExtend<AnyFailure<never>>()
  expectTypeOf<MissingPackage>().toExtend<AnyFailure<never>>()
  expectTypeOf<LeaderChanged>().toExtend<AnyFailure<never>>()
  expectTypeOf<ServerFault>().toExtend<AnyFailure<never>>()
})

it('a failure that has no words does not compile', () => {
  // @ts-expect-error nobody has said what it means
  showFailure({ type: 'MeltedDown' })
})

it('words for rejections are of the rejections that there are', () => {
  type Late = { readonly by: number }
  const rejected: AnyFailure<Late> = {
    type: 'Rejected',
    stream: 's',
    version: 1,
    index: 0,
    rejection: { by: 5 },
  }
  showFailure(rejected, ({ by }) => `${by} days late`)
  // @ts-expect-error a rejection is no string
  showFailure(rejected, (rejection: string) => rejection)
})

it('the helper sees failures', () => {
  expectTypeOf<FailureOf<() => () => Promise<Either<'a', number>>>>().toEqualTypeOf<'a'>()
})
