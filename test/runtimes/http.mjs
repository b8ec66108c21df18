// One handler of HTTP requests in each host, mounted by the very line of the guide: whatever the host, a
// client is told the same.
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { check, checks } from './checks.mjs'
import { converse } from './http/conversation.mjs'
import { bundle, start } from './worker.mjs'

const here = import.meta.dirname
const root = join(here, '../..')
const bin = (name) => join(here, 'node_modules/.bin', name)
// within this folder, whose packages the hosts find from there
const home = join(here, '.build/http')

/** The lines of the guide, by the host that each is for. */
const mounts = async () => {
  const guide = await readFile(join(root, 'docs/guide/embedding.md'), 'utf8')
  const [, block] = /### Where to mount it[\s\S]*?```js\n([\s\S]*?)```/.exec(guide)
  return Object.fromEntries(
    [...block.matchAll(/^(.+?) \/\/ (\w+).*$/gm)].map(([, line, host]) => [host, line]),
  )
}

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** A process that serves on a port, once it answers, and what ends it. */
const serving = async (port, command, args, env = {}) => {
  const child = spawn(command, args, {
    cwd: home,
    detached: true,
    env: { ...process.env, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => (complaints += text))
  }
  const closed = once(child, 'close')
  const stop = async () => {
    // the whole group, since some start a process of their own
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
    await closed
  }
  const url = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 1_200; tries++) {
    if (child.exitCode !== null) throw new Error(complaints)
    const answer = await fetch(`${url}/orders/nothing/here/at/all`).catch(() => undefined)
    if (answer?.status === 404) return { url, stop }
    await new Promise((resume) => setTimeout(resume, 50))
  }
  await stop()
  throw new Error(`it never answered\n${complaints}`)
}

const program = async (name, ...lines) => {
  await writeFile(join(home, name), ["import { handle } from './orders.mjs'", ...lines].join('\n'))
  return name
}

const deno = async (line) => {
  const port = await freePort()
  const args = ['run', '--allow-all', '--node-modules-dir=manual', await program('deno.mjs', line)]
  return serving(port, bin('deno'), args, { DENO_SERVE_ADDRESS: `tcp:127.0.0.1:${port}` })
}

const bun = async (line) =>
  serving(await freePort(), bin('bun'), ['run', await program('bun.mjs', line)])

const hono = async (line) => {
  const lines = [
    "import { Hono } from 'hono'",
    'const app = new Hono()',
    line,
    'Bun.serve({ fetch: app.fetch })',
  ]
  return serving(await freePort(), bin('bun'), ['run', await program('hono.mjs', ...lines)])
}

const workers = async (line) => {
  const script = await bundle(join(home, await program('worker.mjs', line)))
  const miniflare = await start(script, {})
  const { origin } = await miniflare.ready
  return { url: origin, stop: () => miniflare.dispose() }
}

const next = async (line) => {
  const route = join(home, 'app/orders/[...path]')
  await mkdir(route, { recursive: true })
  const text = `import { handle } from '../../../orders.mjs'\n${line}\n`
  await writeFile(join(route, 'route.js'), text)
  const config = `export default { turbopack: { root: ${JSON.stringify(root)} } }`
  await writeFile(join(home, 'next.config.mjs'), config)
  const env = { NEXT_TELEMETRY_DISABLED: '1' }
  const build = spawn(bin('next'), ['build'], { cwd: home, env: { ...process.env, ...env } })
  let output = ''
  for (const stream of [build.stdout, build.stderr]) stream.on('data', (text) => (output += text))
  const [code] = await once(build, 'close')
  assert.strictEqual(code, 0, output)
  return serving(await freePort(), bin('next'), ['start'], env)
}

const hosts = { Deno: deno, Bun: bun, Workers: workers, Hono: hono, Next: next }

await checks(async () => {
  await rm(home, { recursive: true, force: true })
  await mkdir(join(home, 'node_modules/decider-ts'), { recursive: true })
  // a copy: not every host follows a link out of its folder
  for (const part of ['dist', 'package.json']) {
    await cp(join(root, part), join(home, 'node_modules/decider-ts', part), { recursive: true })
  }
  await writeFile(join(home, 'package.json'), '{ "private": true, "type": "module" }')
  await cp(join(here, 'http/orders.mjs'), join(home, 'orders.mjs'))
  const { handle } = await import(join(home, 'orders.mjs'))
  const expected = await converse((path, init) =>
    handle(new Request(`http://localhost${path}`, init)),
  )
  await check('the handler itself answers in every way that it has', () => {
    const statuses = new Set(expected.map(({ status }) => status))
    assert.deepStrictEqual([...statuses].sort(), [200, 304, 400, 404, 412, 413, 415, 422])
  })
  const lines = await mounts()
  assert.deepStrictEqual(Object.keys(lines).sort(), Object.keys(hosts).sort())
  for (const [host, mount] of Object.entries(hosts)) {
    await check(`${host}: ${lines[host]}`, async () => {
      const { url, stop } = await mount(lines[host])
      try {
        const told = await converse((path, init) => fetch(url + path, init))
        assert.deepStrictEqual(told, expected)
      } finally {
        await stop()
      }
    })
  }
})
