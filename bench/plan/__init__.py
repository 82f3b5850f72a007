"""What will be measured: the workloads there are, and the matrix of contests made of them."""
