import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressLines } from '../../src/labels/addresses.ts'
import { cleanText } from '../../src/labels/clean-text.ts'
import { toPdf } from '../../src/labels/pdf.ts'
import { returnLabel } from '../../src/labels/return-label.ts'
import { hostileAddress, hostileText, labelFacts, texts } from './examples.ts'
import { blurred, codesIn, inkNearEdge, printed } from './read-back.ts'
import { allText, barcodes, expectSound, textBoxes } from './soundness.ts'

describe('a return label', () => {
  it('says where it goes, who carries it and what is in the box', () => {
    const layout = returnLabel({ ...labelFacts, jobs: ['scans-05', 'scans-06'], box: 2, boxes: 3 }, texts)

    expectSound(layout)
    expect(layout.remarks).toEqual([])
    const text = allText(layout)
    for (const part of [
      'Northdock, Dock 2',
      'Kade 18, 1114 AB Diemen, NL',
      'Larkfield Imaging Ltd\n14 Quayside Row\nHull HU1 1NQ\nUnited Kingdom',
      'Phone +44 1482 555 0199',
      'UPS',
      'Box 2 of 3',
      'Drives: 6',
      'scans-05, scans-06',
      'TDR-2291',
    ]) {
      expect(text).toContain(part)
    }
    expect(barcodes(layout)).toEqual(['TDR-2291'])
  })

  it('is scanned at 203 dpi, also smeared and at a coarser resolution, and its text can be selected', async () => {
    const pdf = await toPdf(returnLabel(labelFacts, texts))

    const [sharp] = await printed(pdf, 203)
    const [coarse] = await printed(pdf, 120)

    expect([sharp?.widthPt, sharp?.heightPt]).toEqual([288, 432])
    expect(sharp?.text).toContain('Larkfield Imaging Ltd')
    expect(sharp?.text).toContain('Hull HU1 1NQ')
    if (sharp === undefined || coarse === undefined) throw new Error('no page')
    expect(await codesIn(sharp.picture)).toEqual(['TDR-2291'])
    expect(await codesIn(blurred(blurred(sharp.picture)))).toEqual(['TDR-2291'])
    expect(await codesIn(coarse.picture)).toEqual(['TDR-2291'])
  })

  it.each(['TDR-1', 'TDR-7K2M9QXZ', 'TDR-0123456789ABCDEFGHJK'])(
    'carries the number %s',
    async (returnNumber) => {
      const [page] = await printed(await toPdf(returnLabel({ ...labelFacts, returnNumber }, texts)), 203)

      if (page === undefined) throw new Error('no page')
      expect(await codesIn(page.picture)).toEqual([returnNumber])
      expect(page.text).toContain(returnNumber)
    },
  )

  it('gives the code at least 15 mm of height and 10 white modules on both sides', () => {
    const box = returnLabel(labelFacts, texts)
      .pages.flat()
      .find((candidate) => candidate.kind === 'barcode')

    if (box === undefined) throw new Error('no barcode')
    expect(box.heightMm).toBeGreaterThanOrEqual(15)
    const symbolModules = 11 * ('TDR-2291'.length + 2) + 13
    expect(box.widthMm).toBeCloseTo((symbolModules + 20) * box.moduleMm)
  })

  it('refuses a number that is not ours', () => {
    expect(() => returnLabel({ ...labelFacts, returnNumber: '1Z84W5E70341830207' }, texts)).toThrow(
      RangeError,
    )
  })

  it('shows at most the last three characters of the account, and none of a short one', () => {
    const accountText = (carrierAccount: string | undefined) =>
      textBoxes(returnLabel({ ...labelFacts, carrierAccount }, texts))
        .flatMap((box) => box.lines)
        .find((line) => /account/i.test(line))

    expect(accountText('84W5E7207')).toBe('Account ending 207')
    expect(accountText('84-W5E-7207')).toBe('Account ending 207')
    expect(accountText('12345')).toBe('Carrier account given')
    expect(accountText(' ')).toBe('No carrier account')
    expect(accountText(undefined)).toBe('No carrier account')
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{4,30}$/), (account) => {
        for (let start = 0; start + 4 <= account.length; start++) {
          expect(accountText(account)).not.toContain(account.slice(start, start + 4))
        }
      }),
    )
  })

  it('leaves no gap for what an address does not have', () => {
    const lines = addressLines({ ...labelFacts.to, streetAddress2: '', stateOrProvince: undefined })

    expect(lines).toEqual(['Larkfield Imaging Ltd', '14 Quayside Row', 'Hull HU1 1NQ', 'United Kingdom'])
  })

  it('says so when the box holds only extra drives', () => {
    expect(allText(returnLabel({ ...labelFacts, jobs: [] }, texts))).toContain('No job, extra drives only')
  })

  it('tells which characters it could not print', () => {
    const layout = returnLabel({ ...labelFacts, to: { ...labelFacts.to, recipientName: '漢字 Łódź' } }, texts)

    expect(allText(layout)).toContain('?? Łódź')
    expect(layout.remarks).toEqual([{ code: 'characters-replaced', characters: ['漢', '字'] }])
  })

  it('prints a 200-character name whole, in smaller letters', () => {
    const recipientName = 'Gemeinschaftliche Beschaffungsgesellschaft '.repeat(5).slice(0, 200).trim()

    const layout = returnLabel({ ...labelFacts, to: { ...labelFacts.to, recipientName } }, texts)

    expectSound(layout)
    expect(layout.remarks).toEqual([])
    expect(allText(layout).replaceAll('\n', ' ')).toContain(recipientName)
  })

  it('keeps every box on the label, apart from the others, and loses nothing, whatever the fields hold', () => {
    fc.assert(
      fc.property(
        hostileAddress,
        hostileText,
        hostileText,
        fc.array(hostileText, { maxLength: 10 }),
        fc.array(hostileText, { maxLength: 4 }),
        (to, carrier, siteName, jobs, siteLines) => {
          const from = { name: siteName, lines: siteLines }
          const layout = returnLabel({ ...labelFacts, to, carrier, jobs, from }, texts)

          expectSound(layout)
          const text = solid(allText(layout))
          for (const field of [...addressLines(to), carrier, siteName, ...siteLines]) {
            expect(text).toContain(solid(cleanText(field, 'sans').text))
          }
        },
      ),
      { numRuns: 150 },
    )
  })

  it('leaves the edge of the paper white even when the address is full of the widest letters', async () => {
    const wide = 'W'.repeat(200)
    const to = {
      recipientName: wide,
      streetAddress1: wide,
      streetAddress2: 'qj'.repeat(100),
      city: wide,
      stateOrProvince: wide,
      postalCode: wide,
      countryOrRegion: wide,
      phone: wide,
    }
    const facts = { ...labelFacts, to, carrier: wide, jobs: Array.from({ length: 10 }, () => wide) }
    const layout = returnLabel({ ...facts, from: { name: wide, lines: [wide, wide] } }, texts)

    const [page] = await printed(await toPdf(layout), 203)

    expectSound(layout)
    if (page === undefined) throw new Error('no page')
    expect(inkNearEdge(page.picture, 3.5 * 8)).toBe(false)
    expect(await codesIn(page.picture)).toEqual(['TDR-2291'])
    expect(layout.remarks.map((remark) => remark.code)).toContain('small-print')
  })
})

function solid(text: string): string {
  return text.replace(/\s/g, '')
}
