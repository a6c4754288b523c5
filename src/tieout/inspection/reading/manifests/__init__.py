"""What is deployed, as manifests say it: workloads of Kubernetes, services of Compose, values of charts."""
