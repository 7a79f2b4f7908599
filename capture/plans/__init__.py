"""Plans beyond the plain burst: each mode is a pure function to an ExposurePlan."""
