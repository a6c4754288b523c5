"""Parts of the reader of Kubernetes manifests, by what objects are about."""
