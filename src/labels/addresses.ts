/** Where a box comes from and where it goes, as printed. */

export interface SiteAddress {
  readonly name: string
  readonly lines: readonly string[]
}

/** The return address of the import/export API, without the mail address: that is nobody's on the way. */
export interface PostalAddress {
  readonly recipientName: string
  readonly streetAddress1: string
  readonly streetAddress2?: string | undefined
  readonly city: string
  readonly stateOrProvince?: string | undefined
  readonly postalCode: string
  readonly countryOrRegion: string
  readonly phone: string
}

/** Recipient, street, town and country, each on its own line; absent parts leave no gap. */
export function addressLines(to: PostalAddress): string[] {
  return [
    to.recipientName,
    to.streetAddress1,
    to.streetAddress2 ?? '',
    [to.city, to.stateOrProvince ?? '', to.postalCode].filter((part) => part.trim() !== '').join(' '),
    to.countryOrRegion,
  ].filter((text) => text.trim() !== '')
}
