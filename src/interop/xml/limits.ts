/**
 * Sizes at which a text stops being a description of a machine. The largest real inputs known (hwloc of a 128-core host,
 * a domain with every device libvirt has) stay more than ten times below each of them.
 */
export interface XmlLimits {
  /** UTF-16 code units of the whole text. */
  readonly length: number;
  readonly depth: number;
  readonly elements: number;
  readonly attributesPerElement: number;
  /** Over all elements. */
  readonly attributes: number;
  /** One tag, attribute value, comment, CDATA section or stretch of text. */
  readonly token: number;
}

export const xmlLimits: XmlLimits = {
  length: 32 * 1024 * 1024,
  depth: 200,
  elements: 400_000,
  attributesPerElement: 200,
  attributes: 1_000_000,
  token: 1024 * 1024,
};
