/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "values.h"

#include <cstdlib>
#include <string_view>

#include <libcamera/control_ids.h>
#include <libcamera/geometry.h>

namespace softcam {

using namespace libcamera;

namespace {

long double number(const Fields &parts, size_t index) { /* exact for every 64-bit integer */
    return index < parts.size() ? strtold(parts[index].c_str(), nullptr) : 0.0L;
}

template <typename T> ControlValue numbers(const Fields &parts, bool array) {
    if (!array)
        return ControlValue(static_cast<T>(number(parts, 0)));
    std::vector<T> all;
    for (size_t k = 0; k < parts.size(); k++)
        all.push_back(static_cast<T>(number(parts, k)));
    return ControlValue(Span<const T>(all));
}

Rectangle rectangle(const Fields &parts, size_t first) {
    return Rectangle(static_cast<int>(number(parts, first)),
                     static_cast<int>(number(parts, first + 1)),
                     static_cast<unsigned>(number(parts, first + 2)),
                     static_cast<unsigned>(number(parts, first + 3)));
}

ControlValue rectangles(const Fields &parts, bool array) {
    if (!array)
        return ControlValue(rectangle(parts, 0));
    std::vector<Rectangle> all;
    for (size_t k = 0; k + 4 <= parts.size(); k += 4)
        all.push_back(rectangle(parts, k));
    return ControlValue(Span<const Rectangle>(all));
}

} // namespace

const ControlId *control_named(const ControlIdMap &ids, const std::string &name) {
    for (const auto &[id, control] : ids)
        if (control->name() == name)
            return control;
    return nullptr;
}

ControlValue value_of(ControlType type, const std::string &text) {
    if (text.empty())
        return {};
    bool array = text[0] == '[';
    if (type == ControlTypeString)
        return ControlValue(std::string_view(text));
    Fields parts = split(array ? text.substr(1) : text, ',');
    switch (type) {
    case ControlTypeBool:
        return ControlValue(number(parts, 0) != 0.0);
    case ControlTypeInteger32:
        return numbers<int32_t>(parts, array);
    case ControlTypeInteger64:
        return numbers<int64_t>(parts, array);
    case ControlTypeFloat:
        return numbers<float>(parts, array);
    case ControlTypeRectangle:
        return rectangles(parts, array);
    case ControlTypeSize:
        return ControlValue(
            Size(static_cast<unsigned>(number(parts, 0)), static_cast<unsigned>(number(parts, 1))));
    default:
        return {};
    }
}

void append_controls(Fields *fields, const ControlList &controls) {
    for (const auto &[id, value] : controls) {
        auto known = controls::controls.find(id);
        if (known != controls::controls.end())
            fields->push_back(known->second->name() + "=" + value.toString());
    }
}

} // namespace softcam
