"""The parts of the simulated sensor: light, motion, sampling, noise, packing, automatics."""
