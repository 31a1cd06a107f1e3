/** Is this text an Azure Storage connection string rather than a URL? Apart, so that asking it loads no client. */
export function isConnectionString(text: string): boolean {
  return /(^|;)\s*(AccountName|BlobEndpoint|UseDevelopmentStorage)\s*=/i.test(text)
}
