/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The conversation with the sensor server, the process that knows scenes, sensor and automatics. */
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace softcam {

using Fields = std::vector<std::string>;

/* Splits at every separator; the empty string is one empty field. */
Fields split(const std::string &text, char separator);

/* The folder with the cameras' configuration, their faults and their log; empty for the default. */
std::string folder();

/*
 * A connection: one line of tab-separated fields to the server, lines back until a single full
 * stop. The server is started with the first connection of the process and ends with the process.
 */
class Connection {
  public:
    /* Null, with a line on stderr, if the server cannot be started. */
    static std::unique_ptr<Connection> open();
    ~Connection();

    /* False once the server is gone. */
    bool ask(const Fields &question, std::vector<Fields> *answer);

  private:
    explicit Connection(int socket) : socket_(socket) {
    }

    int socket_;
    std::string pending_;
};

} // namespace softcam
