import { describe, expect, it } from 'vitest'
import { inDot, inMermaid } from '../../../src/testing/diagram/label.ts'

describe('a label', () => {
  it.each<[string, string, string]>([
    ['the plainest signs as they are', 'a Ä 7 .,()/+=-', 'a Ä 7 .,()/+=-'],
    ['others as entities', 'a<b>"#;🦀', 'a#60;b#62;#34;#35;#59;#129408;'],
    ['spaces at the ends so that they stay', '  a b   ', '#160;#160;a b#160;#160;#160;'],
    ['lines of every system, and empty ones', 'a\r\nb\rc\n\nd', 'a<br/>b<br/>c<br/>#160;<br/>d'],
    ['control characters as pictures', '\0\t\v\x1f\x7f', '#9216;#9225;#9227;#9247;#9249;'],
    ['no statement', 'a direction LR Direction TB', 'a direction#32;LR Direction#32;TB'],
    ['no half of a character', 'a\ud800b\uffff', 'a#65533;b#65533;'],
  ])('in Mermaid has %s', (_, text, label) => {
    expect(inMermaid(text)).toBe(label)
  })

  it.each<[string, ReadonlyArray<string>, string]>([
    ['one line under another', ['a\r\nb', 'c'], String.raw`"a\nb\nc"`],
    ['quotes and backslashes', [String.raw`"\n"`], String.raw`"\"\\n\""`],
    ['no entity of its own', ['&amp;'], '"&amp;amp;"'],
    ['empty lines, which hold their place', ['', 'a'], '"\u00a0\\na"'],
    ['pictures of control characters', ['\0\x7f\udfff'], '"\u2400\u2421\ufffd"'],
  ])('in DOT has %s', (_, texts, label) => {
    expect(inDot(texts)).toBe(label)
  })
})
