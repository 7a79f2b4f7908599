/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "server.h"

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <signal.h>
#include <spawn.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

extern char **environ;

namespace softcam {
namespace {

/* The server's command: its interpreter and its file, "python3 .../sensor_server". */
constexpr char command_variable[] = "SOFTCAM_SERVER";

std::mutex starting;
std::string address; /* of the server's abstract socket; empty until it runs */

/* Starts the server, and waits for the line that says it listens. False if it did not start. */
bool start_server() {
    const char *command = getenv(command_variable);
    if (!command) {
        fprintf(stderr, "softcam: SOFTCAM_SERVER is not set: run this with .ci/real-run\n");
        return false;
    }
    int alive[2], ready[2]; /* the server ends when the first closes; it says ready on the second */
    if (pipe2(alive, 0) || pipe2(ready, 0))
        return false;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, alive[0], 0);
    posix_spawn_file_actions_adddup2(&actions, ready[1], 1);
    for (int fd : {alive[0], alive[1], ready[0], ready[1]})
        posix_spawn_file_actions_addclose(&actions, fd);

    uint64_t unlike = 0; /* processes of other namespaces may have the same number */
    if (getrandom(&unlike, sizeof unlike, 0) != sizeof unlike)
        return false;
    std::string name = "softcam-" + std::to_string(getpid()) + "-" + std::to_string(unlike);
    Fields words = split(command, ' ');
    words.push_back(name);
    std::vector<char *> arguments;
    for (std::string &word : words)
        arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::vector<char *> environment; /* the server is no camera application */
    for (char **entry = environ; *entry; entry++)
        if (strncmp(*entry, "LD_PRELOAD=", 11))
            environment.push_back(*entry);
    environment.push_back(nullptr);

    pid_t child;
    int failed =
        posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&actions);
    close(alive[0]);
    close(ready[1]);
    fcntl(alive[1], F_SETFD, FD_CLOEXEC);
    char byte = 0;
    if (!failed && read(ready[0], &byte, 1) == 1)
        address = name;
    else
        fprintf(stderr, "softcam: the sensor server did not start: %s\n", command);
    close(ready[0]);
    return !address.empty();
}

} // namespace

Fields split(const std::string &text, char separator) {
    Fields fields;
    size_t start = 0;
    for (size_t end; (end = text.find(separator, start)) != std::string::npos; start = end + 1)
        fields.push_back(text.substr(start, end - start));
    fields.push_back(text.substr(start));
    return fields;
}

std::string folder() {
    const char *set = getenv("SOFTCAM");
    return set ? set : "";
}

std::unique_ptr<Connection> Connection::open() {
    std::lock_guard<std::mutex> lock(starting);
    if (address.empty() && !start_server())
        return nullptr;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un place = {};
    place.sun_family = AF_UNIX;
    if (address.size() + 2 > sizeof place.sun_path || fd < 0)
        return nullptr;
    memcpy(place.sun_path + 1, address.data(), address.size()); /* the abstract namespace */
    socklen_t length = offsetof(sockaddr_un, sun_path) + 1 + address.size();
    if (connect(fd, reinterpret_cast<sockaddr *>(&place), length)) {
        fprintf(stderr, "softcam: no sensor server: %s\n", strerror(errno));
        close(fd);
        return nullptr;
    }
    return std::unique_ptr<Connection>(new Connection(fd));
}

Connection::~Connection() {
    close(socket_);
}

bool Connection::ask(const Fields &question, std::vector<Fields> *answer) {
    std::string line;
    for (const std::string &field : question)
        line += (line.empty() ? "" : "\t") + field;
    line += '\n';
    for (size_t sent = 0; sent < line.size();) {
        ssize_t count = send(socket_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
        if (count <= 0)
            return false;
        sent += count;
    }
    answer->clear();
    for (;;) {
        size_t end = pending_.find('\n');
        if (end == std::string::npos) {
            char buffer[4096];
            ssize_t count = recv(socket_, buffer, sizeof buffer, 0);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0)
                return false;
            pending_.append(buffer, count);
            continue;
        }
        std::string text = pending_.substr(0, end);
        pending_.erase(0, end + 1);
        if (text == ".")
            return true;
        answer->push_back(split(text, '\t'));
    }
}

} // namespace softcam
