/**
 * Bytes of outer headers over IPv4 that a frame in a tunnel carries: Ethernet 14, IP 20, UDP 8, VXLAN or Geneve 8 (no options);
 * GRE with key 8. Source: RFC 7348, RFC 8926, RFC 2890.
 */
export const TUNNEL_BYTES: Readonly<Record<string, number>> = { vxlan: 50, geneve: 50, gre: 42 };
