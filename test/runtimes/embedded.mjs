// The SQL store on PGlite in Node, Deno and Bun: in memory, and in a directory with its lock; and the
// program that the guide has for all three.
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { transform } from 'esbuild'
import { check, checks } from './checks.mjs'

const bin = (name) => join(import.meta.dirname, 'node_modules/.bin', name)
const root = join(import.meta.dirname, '../..')
const home = await mkdtemp(join(tmpdir(), 'decider-ts-embedded-'))
const program = join(home, 'program.mjs')
const runtimes = [
  { name: 'Node', command: process.execPath, args: [] },
  { name: 'Deno', command: bin('deno'), args: ['run', '--allow-all', '--node-modules-dir=manual'] },
  { name: 'Bun', command: bin('bun'), args: ['run'] },
]

const start = ({ command, args }, file, ...rest) => {
  const child = spawn(command, [...args, file, ...rest], {
    cwd: dirname(file),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.stdout.setEncoding('utf8')
  child.stderr.setEncoding('utf8')
  return child
}

/** What a file prints in this runtime. */
const printed = async (runtime, file, ...rest) => {
  const child = start(runtime, file, ...rest)
  let out = ''
  let complaints = ''
  child.stdout.on('data', (text) => (out += text))
  child.stderr.on('data', (text) => (complaints += text))
  const [code] = await once(child, 'close')
  assert.strictEqual(code, 0, `exit code ${code}: ${complaints}${out}`)
  return out
}

/** What the program answers in this runtime. */
const run = async (runtime, what, directory) =>
  JSON.parse(await printed(runtime, program, what, directory))

/** A process of this runtime that has the directory open, once it has. */
const holder = async (runtime, directory) => {
  const child = start(runtime, program, 'hold', directory)
  let complaints = ''
  child.stderr.on('data', (text) => (complaints += text))
  const [text] = await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'close').then(() => Promise.reject(new Error(complaints))),
  ])
  // Bun and Deno stand behind a launcher of npm's, so the process says who it is
  const { pid } = JSON.parse(text)
  const closed = once(child, 'close')
  return {
    pid,
    kill: async () => {
      process.kill(pid, 'SIGKILL')
      await closed
    },
  }
}

const written = {
  versions: [2, 3],
  conflict: {
    type: 'VersionConflict',
    stream: 'order-1',
    expected: { type: 'NoStream' },
    actual: 3,
  },
  again: 1,
}
const stored = { versions: [1, 2, 3], types: ['OrderCreated', 'LineAdded', 'LineAdded'] }

/** The program of the guide, out of the section on Deno and Bun. */
const ofGuide = async () => {
  const text = await readFile(join(root, 'docs/guide/embedding.md'), 'utf8')
  const section = text.split(/^## Deno and Bun$/m)[1]?.split(/^## /m)[0] ?? ''
  const blocks = [...section.matchAll(/^```ts\b.*\n([\s\S]*?)^```$/gm)].map(([, block]) => block)
  assert.strictEqual(blocks.length, 1)
  return blocks[0]
}

/** The program of the guide, twice in an empty folder: the second time it finds what the first left. */
const runGuide = async (runtime) => {
  const folder = join(home, `guide-${runtime.name}`)
  await mkdir(folder)
  const code = await ofGuide()
  // Deno and Bun take types as they are
  const [name, text] =
    runtime.name === 'Node'
      ? ['program.mjs', (await transform(code, { loader: 'ts' })).code]
      : ['program.ts', code]
  await writeFile(join(folder, name), text)
  for (let i = 0; i < 2; i++) await printed(runtime, join(folder, name))
  assert.notDeepStrictEqual(await readdir(join(folder, '.data/anywhere')), [])
}

/** The program in a folder of its own, with the built package installed. */
const install = async () => {
  await cp(join(import.meta.dirname, 'embedded/program.mjs'), program)
  const modules = join(home, 'node_modules')
  await mkdir(join(modules, '@electric-sql'), { recursive: true })
  await symlink(root, join(modules, 'decider-ts'))
  const pglite = '@electric-sql/pglite'
  await symlink(join(root, 'node_modules', pglite), join(modules, pglite))
  const manifest = { type: 'module', dependencies: { 'decider-ts': '*', [pglite]: '*' } }
  await writeFile(join(home, 'package.json'), JSON.stringify(manifest))
}

await checks(async () => {
  try {
    await install()
    for (const runtime of runtimes) {
      const { name } = runtime
      const directory = join(home, name)
      await check(`${name}: append, conflict and the same commit again, in memory`, async () =>
        assert.deepStrictEqual(await run(runtime, 'memory', directory), { ...written, ...stored }),
      )
      await check(`${name}: append, conflict and the same commit again, in a directory`, async () =>
        assert.deepStrictEqual(await run(runtime, 'write', directory), written),
      )
      await check(`${name}: another process finds it there`, async () =>
        assert.deepStrictEqual(await run(runtime, 'read', directory), stored),
      )
      await check(`${name}: the program of the guide, and once more`, () => runGuide(runtime))
    }
    for (const [i, runtime] of runtimes.entries()) {
      const directory = join(home, runtime.name)
      const other = runtimes[(i + 1) % runtimes.length]
      const held = await check(`${runtime.name}: holds its directory`, () =>
        holder(runtime, directory),
      )
      if (held === undefined) continue
      for (const second of [runtime, other]) {
        await check(`${runtime.name} holds it, ${second.name} is refused`, async () => {
          const { failure } = await run(second, 'read', directory)
          assert.strictEqual(failure?.type, 'StoreLocked')
          assert.strictEqual(failure.owner.pid, held.pid)
        })
      }
      await held.kill()
      await check(`${runtime.name} is killed, ${other.name} opens it at once`, async () =>
        assert.deepStrictEqual(await run(other, 'read', directory), stored),
      )
    }
  } finally {
    await rm(home, { recursive: true })
  }
})
