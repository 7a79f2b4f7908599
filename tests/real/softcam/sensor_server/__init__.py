# SPDX-License-Identifier: LGPL-2.1-or-later
"""The process behind the software camera: it knows scenes, sensor, automatics and faults."""
