import { acsIsolationOverridden } from './dma/acs-isolation-overridden.js';
import { atsUntrustedGuest } from './dma/ats-untrusted-guest.js';
import { dmaAliasShared } from './dma/dma-alias-shared.js';
import { interruptIsolationMissing } from './dma/interrupt-isolation-missing.js';
import { iommuGroupFinerThanTopology } from './dma/iommu-group-finer-than-topology.js';
import { iommuGroupHostCritical } from './dma/iommu-group-host-critical.js';
import { iommuGroupIncomplete } from './dma/iommu-group-incomplete.js';
import { iommuGroupSplit } from './dma/iommu-group-split.js';
import { iommuModeNote } from './dma/iommu-mode-note.js';
import { mdevVendorIsolation } from './dma/mdev-vendor-isolation.js';
import { multifunctionWithoutAcs } from './dma/multifunction-without-acs.js';
import { p2pUnderNonAcsSwitch } from './dma/p2p-under-non-acs-switch.js';
import { vfioNoiommuMode } from './dma/vfio-noiommu-mode.js';
import { wholeDeviceFirmwareExposure } from './dma/whole-device-firmware-exposure.js';
import { assignmentNeedsIommu } from './feasibility/assignment-needs-iommu.js';
import { attachmentAttributeUnsupported } from './feasibility/attachment-attribute-unsupported.js';
import { deviceLacksReset } from './feasibility/device-lacks-reset.js';
import { eswitchModeUnsupported } from './feasibility/eswitch-mode-unsupported.js';
import { gpuPartitionExceedsDevice } from './feasibility/gpu-partition-exceeds-device.js';
import { gpuSharingModeConflict } from './feasibility/gpu-sharing-mode-conflict.js';
import { hardwareFallbackAvailable } from './feasibility/hardware-fallback-available.js';
import { hypervisorRequirement } from './feasibility/hypervisor-requirement.js';
import { msixVectorsExhausted } from './feasibility/msix-vectors-exhausted.js';
import { nvmeVfResourcesInsufficient } from './feasibility/nvme-vf-resources-insufficient.js';
import { pcieBandwidthOversubscribed } from './feasibility/pcie-bandwidth-oversubscribed.js';
import { pcieLinkDowntrained } from './feasibility/pcie-link-downtrained.js';
import { propertyWithoutEffect } from './feasibility/property-without-effect.js';
import { queuesExceedBackend } from './feasibility/queues-exceed-backend.js';
import { representorWithoutSwitchdev } from './feasibility/representor-without-switchdev.js';
import { sriovDisabledInFirmware } from './feasibility/sriov-disabled-in-firmware.js';
import { sriovNotSupported } from './feasibility/sriov-not-supported.js';
import { switchdevLegacyVfAttribute } from './feasibility/switchdev-legacy-vf-attribute.js';
import { techniqueNeeds } from './feasibility/technique-needs.js';
import { vfBarMmioInsufficient } from './feasibility/vf-bar-mmio-insufficient.js';
import { vfCountExceedsTotal } from './feasibility/vf-count-exceeds-total.js';
import { vfIndexOutOfRange } from './feasibility/vf-index-out-of-range.js';
import { vfIndexOverlap } from './feasibility/vf-index-overlap.js';
import { vfNeedsAriOrBuses } from './feasibility/vf-needs-ari-or-buses.js';
import { vfOnPassedThroughPf } from './feasibility/vf-on-passed-through-pf.js';
import { vfPoolExhausted } from './feasibility/vf-pool-exhausted.js';
import { vfioUnassignableFunction } from './feasibility/vfio-unassignable-function.js';
import { bridgeLoopRisk } from './l2/bridge-loop-risk.js';
import { bridgeTenantsUnsegmented } from './l2/bridge-tenants-unsegmented.js';
import { guestTrustGranted } from './l2/guest-trust-granted.js';
import { macvtapBridgeCrossTenant } from './l2/macvtap-bridge-cross-tenant.js';
import { macvtapReachability } from './l2/macvtap-reachability.js';
import { nestedMacsBehindVf } from './l2/nested-macs-behind-vf.js';
import { policyNeedsSoftwareSwitch } from './l2/policy-needs-software-switch.js';
import { portIsolationPartial } from './l2/port-isolation-partial.js';
import { switchFailsOpen } from './l2/switch-fails-open.js';
import { tenantOnNativeVlan } from './l2/tenant-on-native-vlan.js';
import { trunkCarriesAllVlans } from './l2/trunk-carries-all-vlans.js';
import { vfAndVswitchSharePf } from './l2/vf-and-vswitch-share-pf.js';
import { vfLoopbackBypassesPolicy } from './l2/vf-loopback-bypasses-policy.js';
import { vfSpoofcheckOff } from './l2/vf-spoofcheck-off.js';
import { vfVlanNotEnforced } from './l2/vf-vlan-not-enforced.js';
import { vlanConfigInvalid } from './l2/vlan-config-invalid.js';
import { vlanSharedAcrossTenants } from './l2/vlan-shared-across-tenants.js';
import { policyDeviceNotApproved } from './objectives/policy-device-not-approved.js';
import { sloBandwidthUnmet } from './objectives/slo-bandwidth-unmet.js';
import { sloIsolationUnmet } from './objectives/slo-isolation-unmet.js';
import { sloPathHopForbidden } from './objectives/slo-path-hop-forbidden.js';
import { sloSingleFailure } from './objectives/slo-single-failure.js';
import { sloUnprovable } from './objectives/slo-unprovable.js';
import { balloonWithPassthrough } from './operability/balloon-with-passthrough.js';
import { bootOrderDuplicate } from './operability/boot-order-duplicate.js';
import { containerVfNeedsAttachment } from './operability/container-vf-needs-attachment.js';
import { failoverPairInvalid } from './operability/failover-pair-invalid.js';
import { hotplugSlotNotHotpluggable } from './operability/hotplug-slot-not-hotpluggable.js';
import { macDuplicate } from './operability/mac-duplicate.js';
import { macUnsetOrInvalid } from './operability/mac-unset-or-invalid.js';
import { migrationBlockedPassthrough } from './operability/migration-blocked-passthrough.js';
import { migrationCombinationUnsupported } from './operability/migration-combination-unsupported.js';
import { migrationVariantDriverMissing } from './operability/migration-variant-driver-missing.js';
import { nestedAssignmentNeedsViommu } from './operability/nested-assignment-needs-viommu.js';
import { pinnedMemoryOvercommit } from './operability/pinned-memory-overcommit.js';
import { snapshotWithPassthrough } from './operability/snapshot-with-passthrough.js';
import { vfDriverConsumerMismatch } from './operability/vf-driver-consumer-mismatch.js';
import { vfPoolAmbiguous } from './operability/vf-pool-ambiguous.js';
import { burstBelowMtu } from './performance/burst-below-mtu.js';
import { burstWithoutRate } from './performance/burst-without-rate.js';
import { cacheIoModeConflict } from './performance/cache-io-mode-conflict.js';
import { cpuNotOnHost } from './performance/cpu-not-on-host.js';
import { cpuPinOverlap } from './performance/cpu-pin-overlap.js';
import { diskRateInBits } from './performance/disk-rate-in-bits.js';
import { emulatedDeviceFastPath } from './performance/emulated-device-fast-path.js';
import { guaranteeMixedWithBestEffort } from './performance/guarantee-mixed-with-best-effort.js';
import { hugepagesInsufficient } from './performance/hugepages-insufficient.js';
import { iothreadOvercommit } from './performance/iothread-overcommit.js';
import { iothreadUnused } from './performance/iothread-unused.js';
import { memoryNotOnHost } from './performance/memory-not-on-host.js';
import { memoryNotPinned } from './performance/memory-not-pinned.js';
import { minRateIsAWeight } from './performance/min-rate-is-a-weight.js';
import { minRateSumExceedsLink } from './performance/min-rate-sum-exceeds-link.js';
import { mtuMismatch } from './performance/mtu-mismatch.js';
import { noLimitOnSharedLink } from './performance/no-limit-on-shared-link.js';
import { numaRemoteDevice } from './performance/numa-remote-device.js';
import { numaRemotePmd } from './performance/numa-remote-pmd.js';
import { pfUplinkNotSplit } from './performance/pf-uplink-not-split.js';
import { pmdOvercommit } from './performance/pmd-overcommit.js';
import { pmdQueueUnpolled } from './performance/pmd-queue-unpolled.js';
import { queuesExceedVcpus } from './performance/queues-exceed-vcpus.js';
import { rateRangeInvalid } from './performance/rate-range-invalid.js';
import { strictPriorityStarvation } from './performance/strict-priority-starvation.js';
import { uplinkOversubscribed } from './performance/uplink-oversubscribed.js';
import { vhostUserMemoryNotShared } from './performance/vhost-user-memory-not-shared.js';
import { bdfConflict } from './references/bdf-conflict.js';
import { duplicateId } from './references/duplicate-id.js';
import { exclusiveResourceDoubleAssigned } from './references/exclusive-resource-double-assigned.js';
import { nameDangling } from './references/name-dangling.js';
import { referenceCycle } from './references/reference-cycle.js';
import { referenceDangling } from './references/reference-dangling.js';
import { vfBdfInconsistent } from './references/vf-bdf-inconsistent.js';
import type { Rule } from './rule.js';
import { bondMembersSameCard } from './sharing/bond-members-same-card.js';
import { gpuTimesliceCrossTenant } from './sharing/gpu-timeslice-cross-tenant.js';
import { lacpOverVf } from './sharing/lacp-over-vf.js';
import { multipathSameHba } from './sharing/multipath-same-hba.js';
import { nvmeMediaShared } from './sharing/nvme-media-shared.js';
import { nvmeNamespaceShared } from './sharing/nvme-namespace-shared.js';
import { replicaPairSameComponent } from './sharing/replica-pair-same-component.js';
import { resetDomainCrossTenant } from './sharing/reset-domain-cross-tenant.js';
import { sharedDirectoryCrossTenant } from './sharing/shared-directory-cross-tenant.js';
import { sharedIoThread } from './sharing/shared-io-thread.js';
import { sharedMemoryCrossTenant } from './sharing/shared-memory-cross-tenant.js';
import { sharedMempool } from './sharing/shared-mempool.js';
import { sharedPfCrossTenant } from './sharing/shared-pf-cross-tenant.js';
import { sharedPmdCore } from './sharing/shared-pmd-core.js';
import { sharedVswitchProcess } from './sharing/shared-vswitch-process.js';
import { singleUplink } from './sharing/single-uplink.js';
import { vhostUserMapsTenantMemory } from './sharing/vhost-user-maps-tenant-memory.js';
import { vhostUserServerMode } from './sharing/vhost-user-server-mode.js';

/** Every rule, in the order of their numbers. */
export const rules: readonly Rule[] = [
  referenceDangling,
  referenceCycle,
  duplicateId,
  exclusiveResourceDoubleAssigned,
  vfCountExceedsTotal,
  vfIndexOutOfRange,
  vfIndexOverlap,
  sriovNotSupported,
  sriovDisabledInFirmware,
  assignmentNeedsIommu,
  vfNeedsAriOrBuses,
  vfBarMmioInsufficient,
  pcieLinkDowntrained,
  pcieBandwidthOversubscribed,
  queuesExceedBackend,
  msixVectorsExhausted,
  nvmeVfResourcesInsufficient,
  vfOnPassedThroughPf,
  deviceLacksReset,
  eswitchModeUnsupported,
  switchdevLegacyVfAttribute,
  representorWithoutSwitchdev,
  attachmentAttributeUnsupported,
  gpuPartitionExceedsDevice,
  gpuSharingModeConflict,
  vfioUnassignableFunction,
  hardwareFallbackAvailable,
  bdfConflict,
  vfBdfInconsistent,
  vfPoolExhausted,
  techniqueNeeds,
  propertyWithoutEffect,
  nameDangling,
  vfioNoiommuMode,
  iommuGroupSplit,
  iommuGroupIncomplete,
  iommuGroupHostCritical,
  iommuGroupFinerThanTopology,
  acsIsolationOverridden,
  p2pUnderNonAcsSwitch,
  multifunctionWithoutAcs,
  dmaAliasShared,
  interruptIsolationMissing,
  atsUntrustedGuest,
  iommuModeNote,
  mdevVendorIsolation,
  wholeDeviceFirmwareExposure,
  vfSpoofcheckOff,
  guestTrustGranted,
  vfVlanNotEnforced,
  vlanSharedAcrossTenants,
  vlanConfigInvalid,
  tenantOnNativeVlan,
  trunkCarriesAllVlans,
  bridgeTenantsUnsegmented,
  portIsolationPartial,
  macvtapBridgeCrossTenant,
  macvtapReachability,
  vfLoopbackBypassesPolicy,
  policyNeedsSoftwareSwitch,
  vfAndVswitchSharePf,
  nestedMacsBehindVf,
  switchFailsOpen,
  bridgeLoopRisk,
  sharedPfCrossTenant,
  resetDomainCrossTenant,
  sharedVswitchProcess,
  vhostUserServerMode,
  vhostUserMapsTenantMemory,
  sharedPmdCore,
  sharedMempool,
  sharedIoThread,
  singleUplink,
  bondMembersSameCard,
  lacpOverVf,
  multipathSameHba,
  nvmeNamespaceShared,
  nvmeMediaShared,
  sharedDirectoryCrossTenant,
  gpuTimesliceCrossTenant,
  replicaPairSameComponent,
  sharedMemoryCrossTenant,
  cpuPinOverlap,
  numaRemoteDevice,
  numaRemotePmd,
  minRateSumExceedsLink,
  minRateIsAWeight,
  rateRangeInvalid,
  uplinkOversubscribed,
  pfUplinkNotSplit,
  guaranteeMixedWithBestEffort,
  strictPriorityStarvation,
  burstWithoutRate,
  burstBelowMtu,
  noLimitOnSharedLink,
  pmdOvercommit,
  pmdQueueUnpolled,
  iothreadOvercommit,
  queuesExceedVcpus,
  emulatedDeviceFastPath,
  vhostUserMemoryNotShared,
  hugepagesInsufficient,
  cacheIoModeConflict,
  mtuMismatch,
  memoryNotPinned,
  iothreadUnused,
  cpuNotOnHost,
  memoryNotOnHost,
  diskRateInBits,
  migrationBlockedPassthrough,
  migrationVariantDriverMissing,
  migrationCombinationUnsupported,
  failoverPairInvalid,
  hotplugSlotNotHotpluggable,
  snapshotWithPassthrough,
  pinnedMemoryOvercommit,
  balloonWithPassthrough,
  nestedAssignmentNeedsViommu,
  containerVfNeedsAttachment,
  vfDriverConsumerMismatch,
  vfPoolAmbiguous,
  bootOrderDuplicate,
  macDuplicate,
  macUnsetOrInvalid,
  sloBandwidthUnmet,
  sloPathHopForbidden,
  sloIsolationUnmet,
  sloSingleFailure,
  sloUnprovable,
  policyDeviceNotApproved,
  hypervisorRequirement,
].sort((a, b) => (a.id < b.id ? -1 : 1));
