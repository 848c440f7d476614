// Package eviction has what the controller of finished Pods asks, without the kubelet that evicts them: no kubelet runs in the sandbox.
package eviction

import v1 "k8s.io/api/core/v1"

// PodIsEvicted tells by its status whether a kubelet has ended the Pod for want of resources.
func PodIsEvicted(status v1.PodStatus) bool {
	return status.Phase == v1.PodFailed && status.Reason == "Evicted"
}
