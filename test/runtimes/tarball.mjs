// A new user's first hour: the packed package is installed from its file into empty folders, with the
// peers of the README, and does what the README and the guides say, in Node, with each test runner, in a
// page built by Vite, and in a Worker.
import assert from 'node:assert'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { serve } from '../../docs/examples/browser/serve.mjs'
import { check, checks } from './checks.mjs'
import { inTabs, inWorker } from './runtimes.mjs'

const root = join(import.meta.dirname, '../..')
const run = async (command, args, cwd) =>
  (await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26 })).stdout.trim()
const { devDependencies, name } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

/** The packed package, as a file. */
const pack = async (home) => {
  const [{ filename }] = JSON.parse(
    await run('npm', ['pack', '--json', '--pack-destination', home], root),
  )
  return join(home, filename)
}

/** An empty folder with the package and these peers, installed by npm. */
const install = async (home, folder, tarball, peers) => {
  const at = join(home, folder)
  await mkdir(at)
  await writeFile(join(at, 'package.json'), '{ "private": true, "type": "module" }')
  const packages = peers.map((peer) => `${peer}@${testers[peer] ?? devDependencies[peer]}`)
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...options, tarball, ...packages], at)
  return at
}

/** The blocks of a page that are one program. */
const blocksOf = async (page) => {
  const text = await readFile(join(root, page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block]) => block).join('\n')
}

const inNode = async (at) => {
  await check('Node: nothing but what was asked for is installed', async () => {
    const { dependencies } = JSON.parse(await run('npm', ['ls', '--json', '--all'], at))
    const asked = [name, 'fp-ts', 'io-ts', '@electric-sql/pglite', 'fast-check']
    assert.deepStrictEqual(Object.keys(dependencies).sort(), asked.sort())
  })
  for (const page of ['README.md', 'docs/guide/getting-started.md']) {
    await check(`Node: the program of ${page} runs, and so it does once more`, async () => {
      const program = join(at, `${page.replaceAll('/', '-')}.ts`)
      await writeFile(program, await blocksOf(page))
      const { outputFiles } = await build({ entryPoints: [program], write: false })
      await writeFile(`${program}.mjs`, outputFiles[0].text)
      await run(process.execPath, [`${program}.mjs`], at)
      await run(process.execPath, [`${program}.mjs`], at)
    })
    await check(`Node: ${page} compiles with the types of the package, strictly`, async () => {
      const options = {
        compilerOptions: {
          strict: true,
          noEmit: true,
          target: 'ES2022',
          module: 'NodeNext',
          types: ['node'],
          typeRoots: [join(root, 'node_modules/@types')],
          erasableSyntaxOnly: true,
        },
        files: [`${page.replaceAll('/', '-')}.ts`],
      }
      await writeFile(join(at, 'tsconfig.json'), JSON.stringify(options))
      await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', at], at)
    })
  }
}

/** A file that a guide shows, by the name in its first line. */
const fileOf = async (guide, file) => {
  const text = await readFile(join(root, `docs/guide/${guide}.md`), 'utf8')
  const [, block] = new RegExp(`^\`\`\`[^\\n]*\\n// ${file}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)
  return block
}
const fileOfGuide = (file) => fileOf('embedding', file)

// what the guide to set-up installs beside the peers; the oldest TypeScript that it names is the one here
const testers = {
  jest: '30.5.2',
  '@swc/jest': '0.2.39',
  '@swc/core': '1.16.22',
  typescript: '5.4.5',
  ...Object.fromEntries(
    ['@types/node', 'tsx', 'vitest'].map((tool) => [tool, devDependencies[tool]]),
  ),
}

/** Each test runner of the guide to set-up: from where its tests take `test`, and what runs them. */
const runners = (at) => {
  const bin = (path) => join(at, 'node_modules', path)
  const file = 'account.test.ts'
  return [
    { name: 'vitest', from: 'vitest', args: [bin('vitest/vitest.mjs'), 'run'] },
    { name: 'node:test with tsx', from: 'node:test', args: ['--import', 'tsx', '--test', file] },
    {
      name: 'node:test of Node 22',
      from: 'node:test',
      node: join(import.meta.dirname, 'node_modules/node22/bin/node'),
      args: ['--test', file],
    },
    {
      name: 'jest',
      from: '@jest/globals',
      args: ['--experimental-vm-modules', bin('jest/bin/jest.js')],
    },
  ]
}

const inRunners = async (at) => {
  const shown = (file) => fileOf('set-up', file)
  const account = await shown('account.ts')
  await writeFile(join(at, 'tsconfig.json'), await shown('tsconfig.json'))
  for (const { name: runner, from, node = process.execPath, args } of runners(at)) {
    const folder = await mkdtemp(join(at, 'tests-'))
    const write = (file, text) => writeFile(join(folder, file), text)
    await write('account.ts', account)
    await write('jest.config.js', await shown('jest.config.js'))
    const tests = await shown('account.test.ts')
    await write('account.test.ts', tests.replace("from 'vitest'", `from '${from}'`))
    await check(`Set-up: the tests of the guide run with ${runner}`, () => run(node, args, folder))
    await check(`Set-up: a test that fails is noticed by ${runner}`, async () => {
      await write('account.ts', account.replace('amount > balance', 'amount < balance'))
      await assert.rejects(run(node, args, folder), ({ stdout, stderr }) =>
        `${stdout}${stderr}`.includes('nobody takes out more than there is'),
      )
      await write('account.ts', account)
    })
  }
  for (const [version, modules] of [
    ['5.4', at],
    ['7', root],
  ]) {
    await check(`Set-up: all of them compile with TypeScript ${version}`, () =>
      run(process.execPath, [join(modules, 'node_modules/typescript/bin/tsc'), '-p', at], at),
    )
  }
  await check('Set-up: fp-ts/Either does not load in Node, as the guide says', async () => {
    const load = ['--input-type=module', '--eval', "await import('fp-ts/Either')"]
    await assert.rejects(run(process.execPath, load, at), /ERR_UNSUPPORTED_DIR_IMPORT/)
  })
}

// what a page does with the store of the guide
const used = `
import { orderDecider } from 'decider-ts/order'
import { commandHandler, immediate } from 'decider-ts/shell/CommandHandler'

const decider = orderDecider()
const handle = commandHandler({ decider, store, retry: immediate(5) })
const before = await store.load('10248')()
const outcome = await handle({
  stream: '10248',
  commitId: 'request-1',
  occurredAt: 0, commands: [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }],
})()
document.title = [created._tag, before.right?.length, outcome.right?.version].join(' ')
`

const inVite = async (at, home) => {
  await writeFile(join(at, 'index.html'), '<script type="module" src="./page.js"></script>')
  await writeFile(join(at, 'page.js'), (await fileOfGuide('page.js')) + used)
  await writeFile(join(at, 'worker.js'), await fileOfGuide('worker.js'))
  await writeFile(join(at, 'vite.config.js'), await fileOfGuide('vite.config.js'))
  await check('Vite: builds a page', () =>
    run(
      process.execPath,
      [join(import.meta.dirname, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error'],
      at,
    ),
  )
  const { url, close } = await serve(join(at, 'dist'))
  await inTabs(join(home, 'profile'), async (context) => {
    const opened = await context.newPage()
    const errors = []
    opened.on('pageerror', (error) => errors.push(error.message))
    const title = async () => {
      await opened.waitForFunction('document.title !== ""')
      return opened.title()
    }
    await check('Vite: the page stores an order', async () => {
      await opened.goto(url)
      assert.strictEqual(await title(), 'Right 0 1')
    })
    await check('Vite: it is there after a reload', async () => {
      await opened.reload()
      assert.strictEqual(await title(), 'Right 1 1')
      assert.deepStrictEqual(errors, [])
    })
  })
  await close()
}

const workerProgram = `
import { orderDecider } from 'decider-ts/order'
import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
import { commandHandler, immediate } from 'decider-ts/shell/CommandHandler'
import { withCodec } from 'decider-ts/store/Encoded'
import { memoryStore } from 'decider-ts/store/Memory'

const decider = orderDecider()

const store = withCodec(orderEventCodec)(memoryStore())
const handle = commandHandler({ decider, store, retry: immediate(5) })

export default {
  fetch: async (request) => {
    const { stream, commitId, command } = await request.json()
    const decoded = orderCommandCodec.decode(command)
    if (decoded._tag === 'Left') return Response.json(decoded.left, { status: 400 })
    const outcome = await handle({
      stream,
      commitId,
      occurredAt: 0, commands: [decoded.right],
    })()
    return outcome._tag === 'Right'
      ? Response.json(outcome.right)
      : Response.json(outcome.left, { status: 409 })
  },
}
`

const inWorkerd = async (at) => {
  await writeFile(join(at, 'worker.js'), workerProgram)
  const bundled = await check('Worker: bundles', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(at, 'worker.js')],
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      conditions: ['workerd', 'worker'],
      mainFields: ['module', 'main'],
      write: false,
      logLevel: 'error',
    })
    return outputFiles[0].text
  })
  if (bundled === undefined) return
  await inWorker(bundled, async (fetch) => {
    const send = async (body) => {
      const response = await fetch('http://localhost/', {
        method: 'POST',
        body: JSON.stringify({ stream: '10248', ...body }),
      })
      return [response.status, await response.json()]
    }
    const createOrder = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
    await check('Worker: decides, stores, and knows a request that is sent again', async () => {
      for (let i = 0; i < 2; i++) {
        const [status, outcome] = await send({ commitId: 'c1', command: createOrder })
        assert.strictEqual(status, 200)
        assert.strictEqual(outcome.version, 1)
      }
    })
    await check('Worker: refuses what the rules refuse, and what is no command', async () => {
      const [refused, { rejection }] = await send({
        commitId: 'c2',
        command: { type: 'ChangeStatus', newStatus: 'shipped' },
      })
      assert.deepStrictEqual([refused, rejection?.type], [409, 'IllegalTransition'])
      const [bad] = await send({ commitId: 'c3', command: { type: 'SetTax' } })
      assert.strictEqual(bad, 400)
    })
  })
}

await checks(async () => {
  const home = await mkdtemp(join(tmpdir(), 'decider-ts-tarball-'))
  try {
    const tarball = await pack(home)
    const folderWith = (folder, peers) =>
      check(`${folder}: npm install ${name} ${peers.join(' ')}`, () =>
        install(home, folder, tarball, peers),
      )
    const pglite = '@electric-sql/pglite'
    const node = await folderWith('Node', ['fp-ts', 'io-ts', pglite, 'fast-check'])
    if (node !== undefined) await inNode(node)
    const kit = ['fp-ts', 'io-ts', 'fast-check']
    const tests = await folderWith('Set-up', kit.concat(Object.keys(testers)))
    if (tests !== undefined) await inRunners(tests)
    const vite = await folderWith('Vite', ['fp-ts', 'io-ts', pglite])
    if (vite !== undefined) await inVite(vite, home)
    const worker = await folderWith('Worker', ['fp-ts', 'io-ts'])
    if (worker !== undefined) await inWorkerd(worker)
  } finally {
    await rm(home, { recursive: true, force: true })
  }
})
