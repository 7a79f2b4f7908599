/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libcamera's controls and properties as text: "8000", "1.5,2.0", "0,0,64,64"; arrays begin with
 * "[". */
#pragma once

#include <string>

#include <libcamera/controls.h>

#include "server.h"

namespace softcam {

/* The control of this name; null if this libcamera has none. */
const libcamera::ControlId *control_named(const libcamera::ControlIdMap &ids,
                                          const std::string &name);

/* A value of a type; None for the empty text or a type that is not used here. */
libcamera::ControlValue value_of(libcamera::ControlType type, const std::string &text);

/* A request's controls as fields "Name=value". */
void append_controls(Fields *fields, const libcamera::ControlList &controls);

} // namespace softcam
