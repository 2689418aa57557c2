import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';

/** Who a guest belongs to: the project of OpenStack, the namespace of KubeVirt. Nobody, where the XML does not say. */
export function tenantOf({ domain, host }: Pick<DomainContext, 'domain' | 'host'>): string | undefined {
  const metadata = domain.child('metadata');
  const instance = metadata?.childNamed('instance');
  if (instance !== undefined) {
    const project = instance.childNamed('owner')?.childNamed('project');
    const owner = project?.content() ?? project?.attr('uuid');
    return owner === undefined ? undefined : host.target.tenant(owner, 'OpenStack project');
  }
  const namespace = kubevirtNames(domain)?.[0];
  return namespace === undefined ? undefined : host.target.tenant(namespace, 'Kubernetes namespace');
}

/** The name that a cloud shows, beside the one libvirt knows. */
export function displayNameOf(domain: XmlElement): string | undefined {
  const instance = domain.child('metadata')?.childNamed('instance');
  return instance === undefined ? kubevirtNames(domain)?.[1] : instance.childNamed('name')?.content();
}

/** KubeVirt names a domain NAMESPACE_VMI; neither may hold an underscore. */
function kubevirtNames(domain: XmlElement): readonly string[] | undefined {
  const parts = (domain.child('name')?.content() ?? '').split('_');
  return domain.child('metadata')?.childNamed('kubevirt') !== undefined && parts.length === 2 ? parts : undefined;
}
