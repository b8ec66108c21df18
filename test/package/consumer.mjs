// Compiles a program that imports every entry of the packed package, as a user would: with the default
// libraries of ES2022 and with skipLibCheck off, so that a declaration file that lacks an import, names a type
// that is not in the package or needs a newer library, is an error. The program also exports results of the library with `declaration` on:
// a result whose type the user's declarations cannot name is an error there.
// Needs .build/package.tgz, which smoke.mjs makes.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('../..', import.meta.url)))
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
const entries = Object.keys(exports).filter((key) => !key.endsWith('.json'))

const folder = mkdtempSync(join(tmpdir(), `${name}-types-`))
const installed = join(folder, 'node_modules', name)
mkdirSync(installed, { recursive: true })
execFileSync('tar', ['-xzf', '.build/package.tgz', '-C', installed, '--strip-components=1'])
for (const peer of [
  'fp-ts',
  'io-ts',
  'fast-check',
  'zod',
  'pure-rand',
  '@types/node',
  'undici-types',
]) {
  mkdirSync(join(folder, 'node_modules', peer, '..'), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules', peer), join(folder, 'node_modules', peer))
}

const results = `
import { commandHandler } from '${name}/shell/CommandHandler'
import { catchUp } from '${name}/shell/Projector'
import { loopProcess, runProcess, watchAppends } from '${name}/shell/ProcessRunner'
import { toActorLogic, toMachine } from '${name}/embed/XState'
import { toCloudEvent } from '${name}/embed/CloudEvents'
import { toEmmett, toEmmettMessage } from '${name}/embed/Emmett'
import { toFmodelDecider, toFmodelView } from '${name}/embed/Fmodel'
import { codecSchema, toJson } from '${name}/embed/Json'
import { closeServer } from '${name}/embed/Node'
import { redo, toReducer, toTimeline } from '${name}/embed/Redux'
import { openPGlite } from '${name}/store/PGlite'
import { openPostgres } from '${name}/store/Postgres'
import { memoryStore } from '${name}/store/Memory'
import { createSchema, sqlStore, type SqlClient } from '${name}/store/Sql'
import { orderDecider } from '${name}/order'
import { orderCommandCodec, orderEventCodec } from '${name}/order/codec'
import type { Decider } from '${name}/Decider'
import type { Process } from '${name}/Process'
import type { Recorded } from '${name}/Recorded'
import type { EventStore } from '${name}/store/EventStore'
import { right } from 'fp-ts/lib/Either.js'

declare const decider: Decider<{ type: 'A' }, number, { type: 'B' }, 'no'>
const codecs = { commands: orderCommandCodec, events: orderEventCodec }
export const actor = toActorLogic(decider)
export const machine = toMachine({ initial: 'a', nodes: [], edges: [] })
export const cloudEvent = toCloudEvent(orderEventCodec, { source: '/', typePrefix: '' })
export const emmett = toEmmett(decider)
export const message = toEmmettMessage({ type: 'A', n: 1 })
export const fmodel = toFmodelDecider(decider)
export const view = toFmodelView(decider)
export const json = toJson(orderDecider(), codecs)
export const schema = codecSchema(orderCommandCodec)
export const close = closeServer
export const reducer = toReducer(decider, { B: true })
export const timeline = toTimeline(decider, { B: true })
export const redone = redo()
export const opened = openPGlite('.data')
export const onServer = openPostgres({ host: 'localhost' })
export const store = memoryStore()
declare const client: SqlClient
export const sql = [createSchema(client), sqlStore(client)] as const
declare const process: Process<Recorded<{ type: 'B' }>, number, string>
declare const eventStore: EventStore<{ type: 'B' }>
export const handle = commandHandler({ decider, store: eventStore })
export const caughtUp = catchUp(eventStore, process)
export const watched = watchAppends(eventStore)
const running = { store: eventStore, process, send: () => async () => right(1), now: Date.now }
export const run = runProcess(running)
export const loop = loopProcess(running)
`
writeFileSync(
  join(folder, 'program.ts'),
  entries.map((entry, i) => `import * as entry${i} from '${entry.replace('.', name)}'\n`).join('') +
    results +
    `export const all: ReadonlyArray<object> = [${entries.map((_, i) => `entry${i}`).join(', ')}]\n`,
)
writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
const compilerOptions = {
  target: 'es2022',
  module: 'nodenext',
  strict: true,
  exactOptionalPropertyTypes: true,
  types: ['node'],
  skipLibCheck: false,
  declaration: true,
  outDir: 'out',
}
writeFileSync(
  join(folder, 'tsconfig.json'),
  JSON.stringify({ compilerOptions, files: ['program.ts'] }),
)

const { status, stdout } = spawnSync(
  process.execPath,
  [join(process.cwd(), 'node_modules/typescript/bin/tsc'), '-p', folder, '--pretty', 'false'],
  { encoding: 'utf8' },
)
if (status !== 0) console.error(stdout)
else console.log(`${entries.length} entries compile with TypeScript's defaults`)
rmSync(folder, { recursive: true })
process.exitCode = status
