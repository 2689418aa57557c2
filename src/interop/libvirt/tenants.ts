import type { DomainContext } from './context.js';

/** Names that clouds give a guest beside the one libvirt knows. */
export interface Ownership {
  readonly tenant: string | undefined;
  readonly displayName: string | undefined;
}

/** Who a guest belongs to: the project of OpenStack, the namespace of KubeVirt. Nobody, where the XML does not say. */
export function ownershipOf({ domain, host }: Pick<DomainContext, 'domain' | 'host'>): Ownership {
  const metadata = domain.child('metadata');
  const instance = metadata?.childNamed('instance');
  const project = instance?.childNamed('owner')?.childNamed('project');
  const name = domain.child('name')?.content() ?? '';
  if (instance !== undefined) {
    const displayName = instance.childNamed('name')?.content();
    const owner = project?.content() ?? project?.attr('uuid');
    return { tenant: owner === undefined ? undefined : host.target.tenant(owner, 'OpenStack project'), displayName };
  }
  // KubeVirt names a domain NAMESPACE_VMI; neither may hold an underscore.
  const parts = name.split('_');
  if (metadata?.childNamed('kubevirt') !== undefined && parts.length === 2)
    return { tenant: host.target.tenant(parts[0] as string, 'Kubernetes namespace'), displayName: parts[1] };
  return { tenant: undefined, displayName: undefined };
}
