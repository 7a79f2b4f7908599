/* Instructions of an emulated program, block by block: a plugin of QEMU's user emulation (7.2 and
 * later). stage_instructions.py builds it, runs it and adds up by stage.
 *
 * Prints how many instructions were run and the address of the first, one block a line. The
 * declarations are those of the documented interface (QEMU, "TCG Plugins"), written here because
 * Debian has no package of its header. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct qemu_plugin_tb;
typedef uint64_t plugin_id;

extern int qemu_plugin_version;
int qemu_plugin_version = 1;
int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id,
                                           void (*made)(plugin_id, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *block, int operation,
                                              void *counter, uint64_t by);
void qemu_plugin_register_atexit_cb(plugin_id id, void (*end)(plugin_id, void *), void *user);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);

enum { MOST = 1 << 17, ADD = 0 };

static struct {
    uint64_t address, count;
} blocks[MOST]; /* one that was translated again stands here again */
static int known;

static void block_made(plugin_id id, struct qemu_plugin_tb *block) {
    (void)id;
    if (known == MOST) {
        fprintf(stderr, "more than %d blocks\n", MOST);
        exit(1);
    }
    blocks[known].address = qemu_plugin_tb_vaddr(block);
    qemu_plugin_register_vcpu_tb_exec_inline(block, ADD, &blocks[known].count,
                                             qemu_plugin_tb_n_insns(block));
    known++;
}

static void ended(plugin_id id, void *user) {
    (void)id, (void)user;
    for (int i = 0; i < known; i++) {
        fprintf(stderr, "%llu %llx\n", (unsigned long long)blocks[i].count,
                (unsigned long long)blocks[i].address);
    }
}

int qemu_plugin_install(plugin_id id, const void *info, int argc, char **argv) {
    (void)info, (void)argc, (void)argv;
    qemu_plugin_register_vcpu_tb_trans_cb(id, block_made);
    qemu_plugin_register_atexit_cb(id, ended, NULL);
    return 0;
}
