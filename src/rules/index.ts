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
import { sloIsolationUnmet } from './objectives/slo-isolation-unmet.js';
import { bdfConflict } from './references/bdf-conflict.js';
import { duplicateId } from './references/duplicate-id.js';
import { exclusiveResourceDoubleAssigned } from './references/exclusive-resource-double-assigned.js';
import { nameDangling } from './references/name-dangling.js';
import { referenceCycle } from './references/reference-cycle.js';
import { referenceDangling } from './references/reference-dangling.js';
import { vfBdfInconsistent } from './references/vf-bdf-inconsistent.js';
import type { Rule } from './rule.js';

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
  sloIsolationUnmet,
].sort((a, b) => (a.id < b.id ? -1 : 1));
