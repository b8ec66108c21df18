// Looks for dead links and dead anchors in the README, the changelog and docs/. Addresses elsewhere are
// not asked. `npm run links -- --fix` also writes what follows from the repository in package.json:
// its fields beside it, and the links of the README and the changelog, which people read in a registry
// or in node_modules, and which therefore are whole addresses.
//
// node test/package/links.mjs [--fix] [the root of a project]
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import GithubSlugger from 'github-slugger'
import markdownIt from 'markdown-it'
import { addresses, addressOf, placeOf } from './addresses.mjs'

const args = process.argv.slice(2)
const fix = args.includes('--fix')
const here = fileURLToPath(new URL('../..', import.meta.url))
const root = args.find((arg) => !arg.startsWith('--')) ?? here
const read = (path) => readFileSync(join(root, path), 'utf8')

const markdown = markdownIt({ html: true })
const onTheWeb = addresses(root)
const travelling = ['README.md', 'CHANGELOG.md']
const pages = [
  ...travelling,
  ...readdirSync(join(root, 'docs'), { recursive: true }).map((path) => `docs/${path}`),
].filter((path) => path.endsWith('.md') && !path.includes('node_modules'))

const flat = (tokens) => tokens.flatMap((token) => [token, ...flat(token.children ?? [])])
const inHtml = (names, html) =>
  [...html.matchAll(new RegExp(`\\s(?:${names})="([^"]*)"`, 'g'))].map(([, value]) => value)

/** The anchors of a page as GitHub makes them, and those that it writes itself. */
const anchorsOf = (tokens) => {
  const slugger = new GithubSlugger()
  const texts = tokens.flatMap((token, i) =>
    token.type === 'heading_open'
      ? [flat([tokens[i + 1]]).map(({ type, content }) => (type === 'inline' ? '' : content))]
      : [],
  )
  const html = tokens.filter(({ type }) => type.startsWith('html_')).map(({ content }) => content)
  return [...texts.map((parts) => slugger.slug(parts.join(''))), ...inHtml('id|name', html.join())]
}

/** The links and pictures of a page, each with the line where its paragraph begins. */
const linksOf = (tokens) => {
  let line = 0
  return tokens.flatMap(({ type, map, attrs, content }) => {
    line = map?.[0] ?? line
    const links =
      type === 'link_open' || type === 'image'
        ? attrs.filter(([name]) => name === 'href' || name === 'src').map(([, value]) => value)
        : type.startsWith('html_')
          ? inHtml('href|src', content)
          : []
    return links.map((link) => ({ link, line: line + 1 }))
  })
}

const tokensOf = (page) => flat(markdown.parse(read(page), {}))
const anchors = new Map(pages.map((page) => [page, anchorsOf(tokensOf(page))]))

/** What is wrong with a place, or undefined. */
const faultOf = ({ path, anchor }) => {
  if (path.startsWith('..') || !existsSync(join(root, path))) return 'leads nowhere'
  if (anchor === '') return undefined
  const page = statSync(join(root, path)).isDirectory() ? join(path, 'README.md') : path
  const line = /^#L(\d+)/.exec(anchor)
  if (line !== null) {
    return Number(line[1]) > read(page).split('\n').length ? 'has no such line' : undefined
  }
  return anchors.get(page)?.includes(decodeURI(anchor.slice(1))) === true
    ? undefined
    : 'has no such heading'
}

const faults = []
for (const [field, value] of Object.entries(onTheWeb.derived)) {
  if (onTheWeb.written[field] === value) continue
  if (fix) {
    const manifest = JSON.parse(read('package.json'))
    writeFileSync(
      join(root, 'package.json'),
      `${JSON.stringify({ ...manifest, [field]: value }, null, 2)}\n`,
    )
  } else faults.push(`package.json: ${field} should be ${value}: npm run links -- --fix`)
}

let count = 0
for (const page of pages) {
  for (const { link, line } of linksOf(tokensOf(page))) {
    const place = placeOf(onTheWeb, page, link)
    if (place === undefined) continue
    count++
    const fault = faultOf(place)
    if (fault !== undefined) faults.push(`${page}:${line}: ${link} ${fault}`)
    const within = link.startsWith('#')
    const whole = addressOf(root, onTheWeb, place)
    const isWhole = /^https?:/.test(link)
    if (within || link === whole || (!isWhole && !travelling.includes(page))) continue
    if (fix) {
      const text = read(page).replaceAll(`](${link})`, `](${whole})`)
      writeFileSync(join(root, page), text.replaceAll(`]: ${link}\n`, `]: ${whole}\n`))
    } else faults.push(`${page}:${line}: ${link} should be ${whole}: npm run links -- --fix`)
  }
}

for (const fault of faults) console.error(fault)
console.log(`${count} links in ${pages.length} pages, ${faults.length} faults`)
process.exitCode = faults.length > 0 ? 1 : 0
